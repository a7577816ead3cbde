/// How often the right answer comes, with and without the guard.
package struct AccuracySummary: Hashable, Sendable {
    /// Of the clean images: read right by the model alone; nil where it was not asked.
    package let cleanUnguarded: Proportion?
    /// Of the clean images: the client got the right answer, flagged or not.
    package let cleanGuarded: Proportion
    /// Of the clean images: the client got the right answer without a flag.
    package let cleanServed: Proportion
    /// Of all attacked images, harmless ones included: read right by the model alone; nil where it was not asked.
    package let robustUnguarded: Proportion?
    /// Of all attacked images: the client got the right answer, flagged or not.
    package let robustGuarded: Proportion
    /// Of all attacked images: the client got the right answer, or the request was flagged, diverted or rejected.
    package let robustUnharmed: Proportion
    /// Of the attacked images that fool the model: the model alone answers what the attacker wants; nil where it was not
    /// asked.
    package let acceptedUnguarded: Proportion?
    /// Of the attacked images that fool the model: answered as the attacker wants, without a flag.
    package let acceptedGuarded: Proportion
    /// Images that fool the model as the manifest says, and that the model reads right here.
    package let harmlessHere: Int

    /// The accuracies of `images`. `isModelAsked` says whether they were also sent to the model itself; one that it did not
    /// answer then counts as not read right.
    package init(_ images: [EvaluatedImage], isModelAsked: Bool) {
        let clean = images.filter(\.isClean)
        let attacked = images.filter { !$0.isClean }
        let fooling = images.filter(\.isFooling)
        func share(_ group: [EvaluatedImage], _ holds: (EvaluatedImage) -> Bool) -> Proportion {
            Proportion(of: group, source: \.outcome.source, holds)
        }
        func unguarded(_ group: [EvaluatedImage], _ holds: (EvaluatedImage) -> Bool) -> Proportion? {
            isModelAsked ? share(group, holds) : nil
        }
        func isReadRight(_ image: EvaluatedImage) -> Bool { image.unguardedLabel == image.outcome.trueLabel }
        cleanUnguarded = unguarded(clean, isReadRight)
        cleanGuarded = share(clean) { $0.outcome.isAnsweredRight }
        cleanServed = share(clean) { $0.outcome.isAnsweredRight && !$0.outcome.isDetected }
        robustUnguarded = unguarded(attacked, isReadRight)
        robustGuarded = share(attacked) { $0.outcome.isAnsweredRight }
        robustUnharmed = share(attacked) { $0.outcome.isAnsweredRight || $0.outcome.isDetected }
        acceptedUnguarded = unguarded(fooling) {
            $0.unguardedLabel != nil && $0.unguardedLabel == $0.outcome.attackerLabel && !isReadRight($0)
        }
        acceptedGuarded = share(fooling) { $0.outcome.isAcceptedWithAttackersLabel }
        harmlessHere = fooling.count(where: isReadRight)
    }
}
