/// Logarithm and exponential with the same bits on every platform, for what detectors score.
package enum StableLogarithm {
    /// The natural logarithm of x, at least 1.
    package static func of(_ x: Double) -> Double { SeriesFunctions.logarithm(x) }

    /// The natural logarithm of a positive x.
    package static func ofPositive(_ x: Double) -> Double {
        x >= 1 ? SeriesFunctions.logarithm(x) : -SeriesFunctions.logarithm(1 / x)
    }

    /// e^x for x in -700...700.
    package static func exponential(_ x: Double) -> Double {
        x <= 0 ? SeriesFunctions.decay(-x) : 1 / SeriesFunctions.decay(x)
    }
}
