import Glibc

/// Order statistics of a sample, with intervals that assume nothing about its distribution.
struct Statistics {
    private let sorted: [Double]

    /// `values` may come in any order and must not be empty.
    init(_ values: [Double]) {
        sorted = values.sorted()
    }

    /// How many values there are.
    var count: Int { sorted.count }

    /// The smallest value that at least `share` of the sample is at or below; 0 for an empty sample.
    func quantile(_ share: Double) -> Double {
        sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1))]
    }

    /// The middle value.
    var median: Double { quantile(0.5) }

    /// The 95 % interval of a quantile: order statistics by the normal approximation of the binomial, widened to the
    /// sample's ends where the sample is small.
    func interval(_ share: Double) -> (low: Double, high: Double) {
        guard !sorted.isEmpty else { return (0, 0) }
        let n = Double(sorted.count)
        let spread = 1.96 * sqrt(n * share * (1 - share))
        let low = Int((n * share - spread).rounded(.down)) - 1
        let high = Int((n * share + spread).rounded(.up)) - 1
        return (sorted[max(0, low)], sorted[min(sorted.count - 1, max(0, high))])
    }
}
