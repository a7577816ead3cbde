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
                            let row = reflect(y - window / 2 + dy, count: shape.height)
                            let column = reflect(x - window / 2 + dx, count: shape.width)
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

    /// `position` folded into `0..<count` with the edges repeated: -1 is 0, -2 is 1, `count` is `count - 1`.
    private static func reflect(_ position: Int, count: Int) -> Int {
        let period = 2 * count
        let folded = ((position % period) + period) % period
        return folded < count ? folded : period - 1 - folded
    }
}
