package import PixelCore

/// Grey morphology from its definition; what tests compare `MorphologyKernel` with.
package enum MorphologyReference {
    /// `source` of `shape` filtered; see `MorphologyKernel` for the rules. Costs k² comparisons a sample and pass.
    package static func filter(
        _ source: [UInt8], shape: PixelShape, operation: MorphologyKernel.Operation, window: Int
    ) -> [UInt8] {
        switch operation {
        case .erosion: pass(source, shape, window, isLargest: false)
        case .dilation: pass(source, shape, window, isLargest: true)
        case .opening: pass(pass(source, shape, window, isLargest: false), shape, window, isLargest: true)
        case .closing: pass(pass(source, shape, window, isLargest: true), shape, window, isLargest: false)
        }
    }

    private static func pass(_ source: [UInt8], _ shape: PixelShape, _ window: Int, isLargest: Bool) -> [UInt8] {
        // The erosion's offsets; the dilation's are their negatives.
        let offsets = (0..<window).map { isLargest ? window / 2 - $0 : $0 - window / 2 }
        var output: [UInt8] = []
        for y in 0..<shape.height {
            for x in 0..<shape.width {
                for c in 0..<shape.channels {
                    var values: [UInt8] = []
                    for row in offsets.map({ y + $0 }) where (0..<shape.height).contains(row) {
                        for column in offsets.map({ x + $0 }) where (0..<shape.width).contains(column) {
                            values.append(source[(row * shape.width + column) * shape.channels + c])
                        }
                    }
                    output.append((isLargest ? values.max() : values.min()) ?? 0)
                }
            }
        }
        return output
    }
}
