/// The scores of clean images that a score is compared with.
package struct ScoreStratum: Hashable, Sendable, Codable {
    /// `Signal.stratum` of its members; empty for every image whatever its stratum.
    package let name: String
    /// Members have a level of at most this; nil for no bound. Strata of one name are in ascending order of it.
    package let upToLevel: Double?
    /// Ascending, finite.
    package let scores: [Double]

    /// A stratum, each member named; `scores` are put in order.
    package init(name: String, upToLevel: Double?, scores: [Double]) {
        self.name = name
        self.upToLevel = upToLevel
        self.scores = scores.sorted()
    }

    /// A stratum of scores that are in ascending order already.
    init(name: String, upToLevel: Double?, ascending scores: [Double]) {
        self.name = name
        self.upToLevel = upToLevel
        self.scores = scores
    }

    /// The share of clean images that look at least as odd, the image itself counted among them: (1 + #{s ≥ score}) /
    /// (n + 1), which is valid at any n (V. Vovk, A. Gammerman, G. Shafer, "Algorithmic Learning in a Random World",
    /// Springer 2005, section 2.2). A score that is not finite is as odd as can be.
    package func pValue(of score: Double) -> Double {
        guard score.isFinite else { return 1 / Double(scores.count + 1) }
        return Double(1 + scores.count - firstIndex(atLeast: score)) / Double(scores.count + 1)
    }

    /// The score above which at most the share `rate` of images lies: flagged is what is strictly above. Nil when the
    /// sample is too small for any score to have a p-value of `rate` or less.
    package func threshold(at rate: Double) -> Double? {
        // p(s) ≤ rate holds for #{≥ s} ≤ rate·(n + 1) - 1.
        let most = Int((rate * Double(scores.count + 1) * (1 + 1e-12)).rounded(.down)) - 1
        guard most >= 0, !scores.isEmpty else { return nil }
        return scores[max(0, scores.count - 1 - most)]
    }

    /// Position of the first score that is at least `score`.
    private func firstIndex(atLeast score: Double) -> Int {
        var low = 0
        var high = scores.count
        while low < high {
            let middle = low + (high - low) / 2
            if scores[middle] < score { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
