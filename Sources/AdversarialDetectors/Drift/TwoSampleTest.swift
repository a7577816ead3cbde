/// Whether two samples come from one distribution (Kolmogorov–Smirnov, two-sided).
///
/// N. Smirnov, "Table for estimating the goodness of fit of empirical distributions", Annals of Mathematical Statistics
/// 19, 1948. A calibration is a sample itself: comparing live p-values with the uniform distribution, as if the
/// calibration had no noise of its own, alarms on that noise alone.
package struct TwoSampleTest: Hashable, Sendable {
    /// Largest distance between the two empirical distribution functions, 0...1.
    package let distance: Double
    /// What the distance passes with a probability of about one in ten thousand when nothing has changed; more than 1
    /// where the samples are too small for any distance to mean something.
    package let critical: Double

    /// The asymptotic quantile for one in ten thousand: sqrt(-ln(0.00005) / 2).
    private static let quantile = 2.2252

    /// True when the samples differ by more than chance explains.
    package var isShifted: Bool { distance > critical }

    /// Compares two samples, both in ascending order. Equal values are passed over together, so that ties cost power
    /// and never raise a false alarm.
    package init(_ a: [Double], _ b: [Double]) {
        guard !a.isEmpty, !b.isEmpty else {
            distance = 0
            critical = .infinity
            return
        }
        var i = 0
        var j = 0
        var largest = 0.0
        while i < a.count, j < b.count {
            let value = min(a[i], b[j])
            while i < a.count, a[i] <= value { i += 1 }
            while j < b.count, b[j] <= value { j += 1 }
            largest = max(largest, abs(Double(i) / Double(a.count) - Double(j) / Double(b.count)))
        }
        distance = largest
        let n = Double(a.count)
        let m = Double(b.count)
        critical = Self.quantile * ((n + m) / (n * m)).squareRoot()
    }
}
