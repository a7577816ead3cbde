package import PixelCore

/// Moves pixels without changing them: mirrored left to right, or shifted by whole pixels.
package enum GeometryKernel {
    /// The image mirrored left to right; false when cancelled. Both spans hold the samples of `shape`.
    package static func mirror(
        _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, shape: PixelShape, cancellation: CancellationFlag
    ) -> Bool {
        move(
            source, into: &output, shape: shape, cancellation: cancellation, row: { $0 },
            column: { shape.width - 1 - $0 })
    }

    /// Output (x, y) is input (x + dx, y + dy); what would come from outside is mirrored at the edge without repeating it
    /// (reflect-101, as OpenCV calls it). False when cancelled.
    package static func translate(
        _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, shape: PixelShape, dx: Int, dy: Int,
        cancellation: CancellationFlag
    ) -> Bool {
        move(
            source, into: &output, shape: shape, cancellation: cancellation,
            row: { reflected($0 + dy, count: shape.height) }, column: { reflected($0 + dx, count: shape.width) })
    }

    /// The position inside 0..<count that `position` is mirrored to.
    static func reflected(_ position: Int, count: Int) -> Int {
        guard count > 1 else { return 0 }
        let period = 2 * (count - 1)
        let inside = ((position % period) + period) % period
        return inside < count ? inside : period - inside
    }

    private static func move(
        _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, shape: PixelShape, cancellation: CancellationFlag,
        row: (Int) -> Int, column: (Int) -> Int
    ) -> Bool {
        let channels = shape.channels
        let columns = (0..<shape.width).map { column($0) * channels }
        for y in 0..<shape.height {
            if cancellation.isRaised { return false }
            let from = source.extracting(row(y) * shape.rowSamples..<(row(y) + 1) * shape.rowSamples)
            var at = y * shape.rowSamples
            for start in columns {
                for c in 0..<channels {
                    output[at] = from[start + c]
                    // Within the samples of the shape.
                    at &+= 1
                }
            }
        }
        return true
    }
}
