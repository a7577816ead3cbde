package import PixelCore

/// The local median from its definition, for any window; what tests compare `MedianKernel` with.
package enum MedianReference {
    /// The median of `source` of `shape` over `window` × `window` samples, at least 1; see `MedianKernel` for the
    /// rules.
    ///
    /// Costs a sort of window² samples for each sample.
    package static func smooth(
        _ source: Span<UInt8>, shape: PixelShape, window: Int, isLower: Bool = false
    ) -> [UInt8] {
        precondition(source.count == shape.sampleCount && window >= 1)
        var output: [UInt8] = []
        output.reserveCapacity(shape.sampleCount)
        for y in 0..<shape.height {
            for x in 0..<shape.width {
                for c in 0..<shape.channels {
                    var values: [UInt8] = []
                    for dy in 0..<window {
                        for dx in 0..<window {
                            let row = HalfSampleMirror.index(y - window / 2 + dy, count: shape.height)
                            let column = HalfSampleMirror.index(x - window / 2 + dx, count: shape.width)
                            values.append(source[(row * shape.width + column) * shape.channels + c])
                        }
                    }
                    values.sort()
                    output.append(values[isLower ? (window * window - 1) / 2 : window * window / 2])
                }
            }
        }
        return output
    }
}
