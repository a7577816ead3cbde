/// Evidence that one source sends more odd images than clean traffic has, looked at after every image.
///
/// An e-detector of the CUSUM form (J. Shin, A. Ramdas, A. Rinaldo, "E-detectors: a nonparametric framework for
/// sequential change detection", New England Journal of Statistics in Data Science 2, 2024, section 2): bets of three
/// sizes that the share of images with p ≤ 0.05 is larger than it may be, each multiplied up from a floor of one, and
/// averaged. Looking at any time is allowed: with clean images alone, it takes `alarmLevel` images on average, at least,
/// until the first false alarm.
package struct SourceEvidence: Hashable, Sendable {
    /// P-values up to here count as odd.
    package static let oddAt = 0.05
    /// The evidence that is an alarm.
    package static let alarmLevel = 10_000.0
    /// Bets as shares of the largest one that can never lose everything.
    private static let bets = [0.1, 0.3, 0.7]

    private var wealth = [1.0, 1.0, 1.0]
    /// Images seen since the last alarm or the start.
    package private(set) var images = 0
    /// Odd ones of them.
    package private(set) var odd = 0

    /// No evidence.
    package init() {}

    /// The evidence now; below one there is none.
    package var value: Double { wealth.reduce(0, +) / Double(wealth.count) }

    /// Takes one image's p-value. `share` is what clean images may have at most, from `SourceEvidence.share(of:)`.
    /// True when the evidence has come to an alarm; it starts anew then.
    package mutating func observe(_ pValue: Double, share: Double) -> Bool {
        let isOdd = pValue <= Self.oddAt
        images += 1
        if isOdd { odd += 1 }
        for index in wealth.indices {
            let bet = Self.bets[index] / share
            wealth[index] = max(1, wealth[index]) * (1 + bet * ((isOdd ? 1 : 0) - share))
        }
        return value >= Self.alarmLevel
    }

    /// Forgets everything, after an alarm.
    package mutating func reset() { self = SourceEvidence() }

    /// The largest share of clean images with p ≤ 0.05 that a calibration of `count` images is compatible with: three
    /// standard errors above 5 %, and one image for the rank that every p-value gives itself.
    package static func share(of count: Int) -> Double {
        guard count > 0 else { return 0.5 }
        let n = Double(count)
        return min(0.5, oddAt + 3 * (oddAt * (1 - oddAt) / n).squareRoot() + 1 / n)
    }
}
