package import PixelCore

/// Gaussian blur from its definition, in double precision; what tests compare `GaussianKernel` with.
package enum GaussianReference {
    /// The blurred samples of `source`, unrounded, with exp(-k²/2σ²) at distances up to `radius`.
    package static func blur(
        _ source: Span<UInt8>, shape: PixelShape, sigma: Double, radius: Int, border: GaussianKernel.Border
    ) -> [Double] {
        precondition(source.count == shape.sampleCount)
        let offsets = -radius...radius
        let raw = offsets.map { SeriesFunctions.decay(Double($0 * $0) / (2 * sigma * sigma)) }
        let sum = raw.reduce(0, +)
        var output: [Double] = []
        for y in 0..<shape.height {
            for x in 0..<shape.width {
                for c in 0..<shape.channels {
                    var value = 0.0
                    for dy in offsets {
                        for dx in offsets {
                            let row = border.fold(y + dy, count: shape.height)
                            let column = border.fold(x + dx, count: shape.width)
                            let sample = Double(source[(row * shape.width + column) * shape.channels + c])
                            value += raw[dy + radius] * raw[dx + radius] * sample
                        }
                    }
                    output.append(value / (sum * sum))
                }
            }
        }
        return output
    }
}
