/// Logarithm and exponential with the same bits on every platform, for what detectors score.
package enum StableLogarithm {
    /// The natural logarithm of a positive x; not a number for what is not finite or not positive.
    package static func ofPositive(_ x: Double) -> Double {
        guard x.isFinite, x > 0, (1 / x).isFinite else { return .nan }
        return x >= 1 ? SeriesFunctions.logarithm(x) : -SeriesFunctions.logarithm(1 / x)
    }

    /// e^x for x in -700...700.
    package static func exponential(_ x: Double) -> Double {
        x <= 0 ? SeriesFunctions.decay(-x) : 1 / SeriesFunctions.decay(x)
    }
}
