package import PixelCore

/// Wavelet shrinkage from its definition, in double precision; what tests compare `WaveletKernel` with.
package enum WaveletReference {
    /// One channel of `source`, shrunk, row by row, in 0...1 and unrounded.
    package static func denoise(
        _ source: Span<UInt8>, shape: PixelShape, channel: Int, filter: WaveletFilter, method: WaveletKernel.Method,
        sigma: Double, levels: Int
    ) -> [Double] {
        let samples = (0..<shape.pixelCount).map { Double(source[$0 * shape.channels + channel]) / 255 }
        let universal = sigma * (2 * SeriesFunctions.logarithm(Double(shape.pixelCount))).squareRoot()
        return level(Plane(width: shape.width, values: samples), filter, levels) { band in
            if method == .visu { return universal }
            let square = band.map { $0 * $0 }.reduce(0, +) / Double(band.count)
            return sigma * sigma / max(square - sigma * sigma, Double.ulpOfOne).squareRoot()
        }.values
    }

    private struct Plane {
        var width: Int
        var values: [Double]
        var height: Int { values.count / width }

        var transposed: Plane {
            Plane(width: height, values: (0..<values.count).map { values[$0 % height * width + $0 / height] })
        }

        /// What `change` makes of each row; rows may become longer or shorter.
        func rows(_ change: ([Double]) -> [Double]) -> Plane {
            let changed = (0..<height).map { change(Array(values[$0 * width..<($0 + 1) * width])) }
            return Plane(width: changed[0].count, values: changed.flatMap { $0 })
        }
    }

    private static func level(
        _ plane: Plane, _ filter: WaveletFilter, _ depth: Int, threshold: ([Double]) -> Double
    ) -> Plane {
        if depth == 0 { return plane }
        var bands: [Plane] = []
        for taps in [filter.low, filter.high] {
            let across = plane.rows { analyse($0, filter, taps) }.transposed
            for taps in [filter.low, filter.high] {
                bands.append(across.rows { analyse($0, filter, taps) }.transposed)
            }
        }
        for band in 1..<4 {
            let cut = threshold(bands[band].values)
            bands[band].values = bands[band].values.map { $0 < 0 ? -max(-$0 - cut, 0) : max($0 - cut, 0) }
        }
        bands[0] = level(bands[0], filter, depth - 1, threshold: threshold)
        var result = Plane(width: plane.width, values: [Double](repeating: 0, count: plane.values.count))
        for (index, taps) in [filter.low, filter.high].enumerated() {
            var column = Plane(width: plane.height, values: [])
            for (inner, taps) in [filter.low, filter.high].enumerated() {
                let part = bands[2 * index + inner].transposed.rows { synthesize($0, taps, count: plane.height) }
                column.values = column.values.isEmpty ? part.values : zip(column.values, part.values).map(+)
            }
            let part = column.transposed.rows { synthesize($0, taps, count: plane.width) }
            result.values = zip(result.values, part.values).map(+)
        }
        return result
    }

    private static func analyse(_ row: [Double], _ filter: WaveletFilter, _ taps: [Double]) -> [Double] {
        (0..<filter.half(row.count)).map { k in
            taps.indices.reduce(0) {
                $0 + taps[$1] * row[GaussianKernel.Border.reflect.fold(2 * k + 1 - $1, count: row.count)]
            }
        }
    }

    private static func synthesize(_ coefficients: [Double], _ taps: [Double], count: Int) -> [Double] {
        (0..<count).map { x in
            coefficients.indices.reduce(0) { sum, k in
                let tap = 2 * k + 1 - x
                return taps.indices.contains(tap) ? sum + taps[tap] * coefficients[k] : sum
            }
        }
    }
}
