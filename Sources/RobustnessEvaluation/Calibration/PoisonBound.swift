package import AdversarialDetectors

/// How far somebody who could put images into the clean sample would move one threshold.
package struct PoisonBound: Hashable, Sendable {
    /// The threshold as it is.
    package let threshold: Double
    /// The threshold if the oddest `share` of the sample were left out as hostile.
    package let thresholdWithout: Double
    /// How many images that is.
    package let leftOut: Int
    /// So many hostile images of the sample put the threshold where their sender wants it: all attacks of his pass.
    package let undoneBy: Int
    /// Images of the sample.
    package let images: Int

    /// The share that is taken for hostile.
    package static let share = 0.02

    /// The bound for the threshold of `stratum` at `rate`; nil when the sample has none.
    ///
    /// The threshold at a rate is the score that floor(rate·(n + 1)) − 1 images exceed. As many hostile images and one
    /// more, all odder than anything clean, make it a hostile score.
    package init?(_ stratum: ScoreStratum, rate: Double) {
        guard let threshold = stratum.threshold(at: rate) else { return nil }
        let count = stratum.scores.count
        leftOut = Int(Self.share * Double(count))
        let rest = ScoreStratum(
            name: stratum.name, upToLevel: stratum.upToLevel, scores: Array(stratum.scores.dropLast(leftOut)))
        self.threshold = threshold
        thresholdWithout = rest.threshold(at: rate) ?? rest.scores.last ?? threshold
        undoneBy = Int((rate * Double(count + 1) * (1 + 1e-12)).rounded(.down))
        images = count
    }

    /// Hostile images that undo the threshold, as a share of the sample.
    package var undoneByShare: Double { Double(undoneBy) / Double(images) }
}
