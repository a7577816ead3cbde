/// The images that the guard got wrong, for looking at.
package struct WrongImages: Hashable, Sendable {
    /// What went wrong.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Attacked, fools the model, answered wrongly without a flag.
        case missed
        /// Clean, and flagged, diverted or rejected.
        case falsePositive
        /// Clean, read right by the model itself, and answered wrongly without a flag.
        case misread
    }

    /// Most images that are shown.
    package static let most = 60

    /// Images of one kind.
    package struct Group: Hashable, Sendable {
        /// What went wrong.
        package let kind: Kind
        /// How many there are.
        package let total: Int
        /// Positions of those that are shown, the largest p-value first; one without any counts as 1.
        package let shown: [Int]
    }

    /// One for each kind that there is.
    package let groups: [Group]

    /// What is wrong among `images`; `leading` is whose p-values order them. The kinds share the places evenly; what one
    /// does not need is left to the others.
    package init(_ images: [EvaluatedImage], leading: String?) {
        var members: [(kind: Kind, indices: [Int])] = Kind.allCases.map { kind in
            let indices = images.indices.filter { Self.kind(of: images[$0]) == kind }
            func pValue(_ index: Int) -> Double { leading.flatMap { images[index].pValue(of: $0) } ?? 1 }
            return (kind, indices.sorted { (pValue($0), $1) > (pValue($1), $0) })
        }
        members.removeAll { $0.indices.isEmpty }
        var places = Self.most
        var shares: [Kind: Int] = [:]
        for (done, member) in members.sorted(by: { $0.indices.count < $1.indices.count }).enumerated() {
            let share = min(member.indices.count, places / (members.count - done))
            shares[member.kind] = share
            places -= share
        }
        groups = members.map { member in
            Group(
                kind: member.kind, total: member.indices.count,
                shown: Array(member.indices.prefix(shares[member.kind] ?? 0)))
        }
    }

    /// How `image` went wrong; nil where it did not, and where nothing is known because the request failed.
    package static func kind(of image: EvaluatedImage) -> Kind? {
        let outcome = image.outcome
        if image.isClean {
            if outcome.isDetected { return .falsePositive }
            let isMisread = outcome.isAnswered && !outcome.isAnsweredRight
            return isMisread && image.unguardedLabel == outcome.trueLabel ? .misread : nil
        }
        return image.isFooling && outcome.handling == .forwarded && outcome.isAnswered && !outcome.isAnsweredRight
            ? .missed : nil
    }
}
