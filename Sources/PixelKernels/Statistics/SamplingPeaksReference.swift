package import PixelCore

/// `SamplingPeaks` from the definition of the discrete Fourier transform; what tests compare it with.
package enum SamplingPeaksReference {
    /// The reading; nil as there.
    package static func measure(
        _ pixels: Span<UInt8>, shape: PixelShape, width: Int, height: Int
    ) -> SamplingPeaks.Reading? {
        let rows = SamplingPeaks.waves(source: shape.height, destination: height)
        let columns = SamplingPeaks.waves(source: shape.width, destination: width)
        if rows.isEmpty || columns.isEmpty { return nil }
        var levels: (peaks: [Double], between: [Double]) = ([], [])
        for row in rows {
            for column in columns where row.isHarmonic == column.isHarmonic && row.periods + column.periods > 0 {
                for (down, across) in [(1, 1), (1, -1), (-1, 1), (-1, -1)] {
                    let power = power(pixels, shape, across * column.periods, down * row.periods)
                    // A frequency of 0 along one axis is met twice as often.
                    let weight = row.periods == 0 || column.periods == 0 ? 1 : 2
                    let level = [Double](repeating: SamplingPeaks.level(power), count: weight)
                    if row.isHarmonic { levels.peaks += level } else { levels.between += level }
                }
            }
        }
        func mean(_ levels: [Double]) -> Double { levels.reduce(0, +) / Double(levels.count) }
        return SamplingPeaks.Reading(peaks: mean(levels.peaks), between: mean(levels.between))
    }

    private static func power(_ pixels: Span<UInt8>, _ shape: PixelShape, _ across: Int, _ down: Int) -> Double {
        var (real, imaginary) = (0.0, 0.0)
        for y in 0..<shape.height {
            for x in 0..<shape.width {
                var level = 0.0
                for c in 0..<shape.channels { level += Double(pixels[(y * shape.width + x) * shape.channels + c]) }
                level /= Double(shape.channels)
                // In turns, then brought to -1/2...1/2.
                var turns = Double(across * x) / Double(shape.width) + Double(down * y) / Double(shape.height)
                turns -= turns.rounded()
                real += level * sine(turns + 0.25)
                imaginary -= level * sine(turns)
            }
        }
        return real * real + imaginary * imaginary
    }

    private static func sine(_ turns: Double) -> Double { ScalerFilter.sinc(2 * turns) * 2 * turns * Double.pi }
}
