/// End to end, at every rate: how often the attacker's label is accepted unflagged against how often a clean image is
/// answered right and unflagged. Detection alone can be gamed; this cannot.
package struct ProtectionFrontier: Hashable, Sendable {
    /// One rate at which the combination flags.
    package struct Point: Hashable, Sendable {
        /// The false-positive rate that was asked for.
        package let rate: Double
        /// Of the attacked images that fool the unguarded model: answered with the attacker's label and not flagged.
        package let accepted: Proportion
        /// Of the clean images: answered right and not flagged.
        package let served: Proportion
    }

    /// By rising rate; the first is without any flag.
    package let points: [Point]

    /// The rates that are looked at.
    package static let rates = [0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3]

    /// The frontier of `images`, as it would be if `detector`'s p-value alone flagged; nil when there are no clean or no
    /// attacked images, or nothing has a p-value. What the model answered to the forwarded copy is what the client would
    /// have got; an image about which it was not asked counts as neither accepted nor served.
    package init?(_ images: [EvaluatedImage], detector: String = EvaluatedImage.combinedName) {
        let fooling = images.filter(\.isFooling)
        let benign = images.filter(\.isClean)
        guard !fooling.isEmpty, !benign.isEmpty, images.contains(where: { $0.pValue(of: detector) != nil }) else {
            return nil
        }
        points = Self.rates.map { rate in
            func isPassed(_ image: EvaluatedImage) -> Bool { (image.pValue(of: detector) ?? 1) > rate }
            func reads(_ image: EvaluatedImage, _ label: String?) -> Bool {
                label != nil && image.modelLabel == label
            }
            return Point(
                rate: rate,
                accepted: Proportion(of: fooling, source: \.outcome.source) {
                    isPassed($0) && reads($0, $0.outcome.attackerLabel)
                        && $0.outcome.attackerLabel != $0.outcome.trueLabel
                },
                served: Proportion(
                    benign.count { isPassed($0) && reads($0, $0.outcome.trueLabel) }, of: benign.count))
        }
    }
}
