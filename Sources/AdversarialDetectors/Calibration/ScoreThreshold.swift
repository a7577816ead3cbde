/// The threshold rule of feature squeezing: the score that a given share of clean images exceeds.
package enum ScoreThreshold {
    private static let billion = 1_000_000_000

    /// The member of the ascending `scores` at position n - floor(n·rate), counted from 1; flag what is **above** it.
    ///
    /// Xu, Evans, Qi, NDSS 2018; EvadeML-Zoo `detections/feature_squeezing.py`, which writes ceil(n·(1 - rate)). The
    /// two agree as real numbers; here `rate` is taken in whole billionths, because 100·0.29 is below 29 in binary. Nil
    /// when `scores` is empty or holds a number that is not finite, when it has more than 9·10⁹ members, or when `rate`
    /// is not in 0..<1.
    package static func above(scores: [Double], falsePositiveRate rate: Double) -> Double? {
        guard (0..<1).contains(rate), !scores.isEmpty, scores.allSatisfy(\.isFinite) else { return nil }
        let billionths = Int((rate * Double(billion)).rounded(.toNearestOrEven))
        let (product, isOver) = scores.count.multipliedReportingOverflow(by: billionths)
        guard !isOver, billionths < billion else { return nil }
        return scores.sorted()[scores.count - product / billion - 1]
    }

    /// How many of `scores` are above `threshold` (strictly), the rule by which a policy flags.
    package static func count(of scores: [Double], above threshold: Double) -> Int {
        scores.reduce(0) { $0 + ($1 > threshold ? 1 : 0) }
    }
}
