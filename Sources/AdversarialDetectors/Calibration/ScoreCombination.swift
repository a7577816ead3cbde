/// How the p-values of several detectors become one. Neither way has a veto: a detector that finds an image perfectly
/// clean takes nothing away from what another one found.
package enum ScoreCombination: String, Hashable, Sendable, CaseIterable, Codable {
    /// Bonferroni, weighted: the smallest p-value over its share of the weights. Best when one detector sees an attack and
    /// the others nothing.
    case minP = "min-p"
    /// The weighted mean of tan((½ - p)·π) over the detectors, p-values above ½ counting as ½. Best when several see a little.
    ///
    /// After Y. Liu, J. Xie, "Cauchy combination test", Journal of the American Statistical Association 115, 2020,
    /// equation 1; truncated because there p = 0.995 cancels p = 0.005.
    case truncatedCauchy = "truncated-cauchy"

    /// One number for these p-values, larger is odder; 0 for none. `weights`, as many and positive, say how much each
    /// counts. The number has no meaning before it is calibrated on the joint scores of clean images.
    package func statistic(_ pValues: [Double], weights: [Double]) -> Double {
        let total = weights.reduce(0, +)
        guard !pValues.isEmpty, pValues.count == weights.count, total > 0 else { return 0 }
        switch self {
        case .minP:
            let smallest = zip(pValues, weights).map { $0 * total / $1 }.min() ?? 1
            return 1 / max(smallest, 1e-300)
        case .truncatedCauchy:
            let sum = zip(pValues, weights).reduce(0.0) { $0 + $1.1 * Self.cotangent(of: min($1.0, 0.5)) }
            return sum / total
        }
    }

    /// tan((½ - p)·π) for p in 0...½, by the double-angle formulas from small arguments: equal on every platform.
    private static func cotangent(of p: Double) -> Double {
        guard p < 0.5 else { return 0 }
        let x = max(p, 1e-12) * Double.pi
        // sin and cos of x/8 by their series, then doubled three times: x/8 is at most 0.2.
        let y = x / 8
        let square = y * y
        var sine = y * (1 - square / 6 * (1 - square / 20 * (1 - square / 42 * (1 - square / 72))))
        var cosine = 1 - square / 2 * (1 - square / 12 * (1 - square / 30 * (1 - square / 56 * (1 - square / 90))))
        for _ in 0..<3 { (sine, cosine) = (2 * sine * cosine, cosine * cosine - sine * sine) }
        return cosine / sine
    }
}

/// What the combination of clean images comes to.
package struct CombinationCalibration: Hashable, Sendable, Codable {
    /// How p-values are combined.
    package let method: ScoreCombination
    /// The detectors that take part, in the order of the policy.
    package let detectors: [String]
    /// How much each of them counts; positive.
    package let weights: [Double]
    /// Of clean images, ascending.
    package let statistics: [Double]

    /// A calibration, each member named; `statistics` are put in order. Without `weights` all detectors count the same.
    package init(method: ScoreCombination, detectors: [String], weights: [Double]? = nil, statistics: [Double]) {
        self.method = method
        self.detectors = detectors
        self.weights = weights ?? detectors.map { _ in 1 }
        self.statistics = statistics.sorted()
    }

    /// The combination of those of `signals` that take part; nil when none of them has a p-value. A detector without a
    /// signal counts as having seen nothing.
    package func combine(_ signals: [Signal]) -> CombinedScore? {
        var pValues: [Double] = []
        var hasAny = false
        for detector in detectors {
            let pValue = signals.first { $0.detector == detector }?.pValue
            hasAny = hasAny || pValue != nil
            pValues.append(pValue ?? 1)
        }
        guard hasAny else { return nil }
        let statistic = method.statistic(pValues, weights: weights)
        let stratum = ScoreStratum(name: "", upToLevel: nil, ascending: statistics)
        return CombinedScore(
            method: method, detectors: detectors, statistic: statistic, pValue: stratum.pValue(of: statistic))
    }
}

/// What several detectors say together.
package struct CombinedScore: Hashable, Sendable {
    /// How p-values were combined.
    package let method: ScoreCombination
    /// The detectors that took part.
    package let detectors: [String]
    /// Larger is odder.
    package let statistic: Double
    /// The share of clean images whose combination is at least as odd.
    package let pValue: Double

    /// A combination, each member named.
    package init(method: ScoreCombination, detectors: [String], statistic: Double, pValue: Double) {
        self.method = method
        self.detectors = detectors
        self.statistic = statistic
        self.pValue = pValue
    }
}
