/// What masked total variation minimizes; what tests and measurements compare solvers by.
package enum MaskedVariationObjective {
    /// The sum of |∇u| plus the sum over kept samples of (u - f)² / (2 weight), for one channel of `width` columns.
    ///
    /// `values` and `samples` are u and f, both in 0...1; `kept` is 1 where a sample is known. The gradient is of forward
    /// differences, 0 in the last row and column.
    package static func value(
        _ values: [Double], samples: [Double], kept: [UInt8], width: Int, weight: Double
    ) -> Double {
        precondition(values.count == samples.count && values.count == kept.count && values.count % width == 0)
        var (variation, distance) = (0.0, 0.0)
        for i in values.indices {
            let vertical = i + width < values.count ? values[i + width] - values[i] : 0
            let horizontal = i % width + 1 < width ? values[i + 1] - values[i] : 0
            variation += (vertical * vertical + horizontal * horizontal).squareRoot()
            if kept[i] != 0 { distance += (values[i] - samples[i]) * (values[i] - samples[i]) }
        }
        return variation + distance / (2 * weight)
    }
}
