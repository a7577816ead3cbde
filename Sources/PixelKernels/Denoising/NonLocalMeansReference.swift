package import PixelCore

/// Non-local means of planes from the definition with OpenCV's fixed-point rule; what tests compare `NonLocalMeansKernel`
/// with.
package enum NonLocalMeansReference {
    /// The means of `source`, whose channels are weighed together and not converted; see `NonLocalMeansKernel`.
    ///
    /// Costs search² patch² operations a sample.
    package static func smooth(
        _ source: Span<UInt8>, shape: PixelShape, strength: Double, patch: Int, search: Int
    ) -> [UInt8] {
        precondition(source.count == shape.sampleCount && patch % 2 == 1 && search % 2 == 1)
        let table = WeightTable(strength: strength, patch: patch, search: search, channels: shape.channels)
        var output: [UInt8] = []
        for y in 0..<shape.height {
            for x in 0..<shape.width {
                var total = 0
                var weighted = [Int](repeating: 0, count: shape.channels)
                for dy in -search / 2...search / 2 {
                    for dx in -search / 2...search / 2 {
                        let distance = distance(source, shape, x, y, dx, dy, patch)
                        let weight = table.weight(distance)
                        total += weight
                        for c in 0..<shape.channels { weighted[c] += weight * sample(source, shape, x + dx, y + dy, c) }
                    }
                }
                for sum in weighted { output.append(UInt8((sum + total / 2) / total)) }
            }
        }
        return output
    }

    private struct WeightTable {
        let top: Int
        let step: Double
        let shift: Int

        init(strength: Double, patch: Int, search: Int, channels: Int) {
            var bits = 0
            while 1 << bits < patch * patch { bits += 1 }
            shift = bits
            step = Double(1 << bits) / Double(patch * patch) / (strength * strength * Double(channels))
            top = Int(Int32.max) / (search * search * 255)
        }

        func weight(_ distance: Int) -> Int {
            let weight = Double(top) * SeriesFunctions.decay(Double(distance >> shift) * step)
            let rounded = weight.rounded(.toNearestOrEven)
            return rounded < 0.001 * Double(top) ? 0 : Int(rounded)
        }
    }

    private static func distance(
        _ source: Span<UInt8>, _ shape: PixelShape, _ x: Int, _ y: Int, _ dx: Int, _ dy: Int, _ patch: Int
    ) -> Int {
        var sum = 0
        for j in -patch / 2...patch / 2 {
            for i in -patch / 2...patch / 2 {
                for c in 0..<shape.channels {
                    let difference =
                        sample(source, shape, x + i, y + j, c) - sample(source, shape, x + dx + i, y + dy + j, c)
                    sum += difference * difference
                }
            }
        }
        return sum
    }

    private static func sample(_ source: Span<UInt8>, _ shape: PixelShape, _ x: Int, _ y: Int, _ c: Int) -> Int {
        let row = WholeSampleMirror.index(y, count: shape.height)
        let column = WholeSampleMirror.index(x, count: shape.width)
        return Int(source[(row * shape.width + column) * shape.channels + c])
    }
}
