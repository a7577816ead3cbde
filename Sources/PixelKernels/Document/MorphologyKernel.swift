package import PixelCore

/// Grey morphology with a flat square of k × k samples, channels apart.
///
/// The erosion's window of row r is r - k/2 ... r - k/2 + k - 1 (an even window leans up and left) and the dilation's
/// is its reflection, so that an opening never raises a sample, a closing never lowers one, and either twice is the
/// same as once. What lies beyond the border does not count. Equal to `scipy.ndimage.grey_erosion`, `grey_dilation`,
/// `grey_opening`, `grey_closing` with `size=(k, k, 1)`, mode `nearest`; and to OpenCV's `erode`, `dilate` and
/// `morphologyEx` with their own border where k is odd. OpenCV does not reflect, so its even openings move the image.
package enum MorphologyKernel {
    /// What is done.
    package enum Operation: Sendable, CaseIterable {
        /// The smallest sample of the window.
        case erosion
        /// The largest sample of the window.
        case dilation
        /// Erosion, then dilation: removes what is bright and narrower than the window.
        case opening
        /// Dilation, then erosion: removes what is dark and narrower than the window.
        case closing
    }

    /// The sides of a window that have a kernel.
    package static let windows = 2...9

    /// Writes the filtered `source` into `output`, both of `shape`; false when cancelled, with `output` unfinished.
    ///
    /// Costs about 2k comparisons of samples each for erosion and dilation, and `window` rows of memory.
    package static func filter(
        _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, shape: PixelShape, operation: Operation,
        window: Int, cancellation: CancellationFlag
    ) -> Bool {
        precondition(source.count == shape.sampleCount && output.count == shape.sampleCount)
        precondition(windows.contains(window))
        let isLargestFirst = operation == .dilation || operation == .closing
        let first = Pass(shape: shape, isLargest: isLargestFirst, window: window)
        switch operation {
        case .erosion, .dilation: return run(first, source, into: &output, shape, cancellation)
        case .opening, .closing: break
        }
        let second = Pass(shape: shape, isLargest: !isLargestFirst, window: window)
        return run(first, second, source, into: &output, shape, cancellation)
    }

    private static func run(
        _ pass: Pass, _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, _ shape: PixelShape,
        _ cancellation: CancellationFlag
    ) -> Bool {
        let length = shape.rowSamples
        var padded = pass.makePadded()
        for y in 0..<shape.height {
            if cancellation.isRaised { return false }
            var row = output._mutatingExtracting(y * length..<(y + 1) * length)
            pass.write(y, of: source, into: &row, through: &padded) { $0 * length }
        }
        return true
    }

    /// Both passes together: the rows between them live in a ring of as many as the second reads.
    private static func run(
        _ first: Pass, _ second: Pass, _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>,
        _ shape: PixelShape, _ cancellation: CancellationFlag
    ) -> Bool {
        let length = shape.rowSamples
        let ringRows = second.window
        var ring = [UInt8](repeating: 0, count: ringRows * length)
        var (firstPadded, secondPadded) = (first.makePadded(), second.makePadded())
        var made = 0
        for y in 0..<shape.height {
            if cancellation.isRaised { return false }
            let needed = min(shape.height, y + second.after + 1)
            while made < needed {
                let start = made % ringRows * length
                var rows = ring.mutableSpan
                var row = rows._mutatingExtracting(start..<start + length)
                first.write(made, of: source, into: &row, through: &firstPadded) { $0 * length }
                made += 1
            }
            var row = output._mutatingExtracting(y * length..<(y + 1) * length)
            second.write(y, of: ring.span, into: &row, through: &secondPadded) { $0 % ringRows * length }
        }
        return true
    }

    /// One erosion or dilation.
    private struct Pass {
        let window: Int
        /// Rows (and pixels) that the window reaches up (left).
        let before: Int
        /// Rows (and pixels) that the window reaches down (right).
        let after: Int
        private let rows: ExtremeRows
        private let shape: PixelShape

        init(shape: PixelShape, isLargest: Bool, window: Int) {
            self.shape = shape
            self.window = window
            before = isLargest ? window - 1 - window / 2 : window / 2
            after = window - 1 - before
            rows = ExtremeRows(isLargest: isLargest)
        }

        /// Room for a row with the neutral sample on both sides.
        func makePadded() -> [UInt8] {
            [UInt8](repeating: rows.neutral, count: shape.rowSamples + (window - 1) * shape.channels)
        }

        /// Writes row `y`, reading row i of the image at `start(i)` of `store`.
        func write(
            _ y: Int, of store: Span<UInt8>, into out: inout MutableSpan<UInt8>, through padded: inout [UInt8],
            start: (Int) -> Int
        ) {
            let top = max(0, y - before)
            let bottom = min(shape.height - 1, y + after)
            let indent = before * shape.channels
            var whole = padded.mutableSpan
            var inner = whole._mutatingExtracting(indent..<indent + shape.rowSamples)
            rows.across(store, rowCount: bottom - top + 1, start: { start(top + $0) }, into: &inner)
            rows.along(padded.span, step: shape.channels, window: window, into: &out)
        }
    }
}
