package import PixelCore

/// The bilateral filter from its definition in doubles; what tests compare `BilateralKernel` with.
package enum BilateralReference {
    /// The means of `source`; see `BilateralKernel`. Costs diameter² exponentials a pixel.
    package static func smooth(
        _ source: Span<UInt8>, shape: PixelShape, diameter: Int, colourSigma: Double, spaceSigma: Double
    ) -> [UInt8] {
        precondition(source.count == shape.sampleCount)
        let reach = diameter / 2
        let channels = shape.channels
        var output: [UInt8] = []
        for y in 0..<shape.height {
            for x in 0..<shape.width {
                let centre = (y * shape.width + x) * channels
                var total = 0.0
                var weighted = [Double](repeating: 0, count: channels)
                for dy in -reach...reach {
                    for dx in -reach...reach where dx * dx + dy * dy <= reach * reach {
                        let row = WholeSampleMirror.index(y + dy, count: shape.height)
                        let column = WholeSampleMirror.index(x + dx, count: shape.width)
                        let other = (row * shape.width + column) * channels
                        var difference = 0
                        for c in 0..<channels { difference += abs(Int(source[centre + c]) - Int(source[other + c])) }
                        let weight = SeriesFunctions.decay(
                            Double(difference * difference) / (2 * colourSigma * colourSigma)
                                + Double(dx * dx + dy * dy) / (2 * spaceSigma * spaceSigma))
                        total += weight
                        for c in 0..<channels { weighted[c] += weight * Double(source[other + c]) }
                    }
                }
                for sum in weighted { output.append(UInt8((sum / total).rounded(.toNearestOrAwayFromZero))) }
            }
        }
        return output
    }
}
