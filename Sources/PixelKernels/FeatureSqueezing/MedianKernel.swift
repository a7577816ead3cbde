internal import CPixelKernels
package import PixelCore

/// Local median of k×k samples, k = 2...9, as `scipy.ndimage.median_filter(size=(k, k, 1), mode="reflect")`.
///
/// The window of row r is r - k/2 ... r - k/2 + k - 1 (an even window leans up and left), the border repeats the edge
/// (`d c b a | a b c d`), the rank is k·k/2 of the ascending values from 0 (the upper middle of an even count; or the
/// one below it, as `scipy.ndimage.rank_filter(rank=k·k/2 - 1)`), and channels are filtered apart.
package enum MedianKernel {
    /// The sizes that have a kernel.
    package static let windows = 2...9

    /// Which of the two middle values an even count yields.
    package enum Rank: String, Sendable, CaseIterable {
        /// The larger: scipy's median.
        case upper
        /// The smaller: on dark ink what `upper` is on bright ink.
        case lower
    }

    /// Writes the median of `source` over `window` (2...9) pixels a side into `output`, both of `shape`; false when
    /// cancelled, with `output` unfinished.
    ///
    /// Holds `window` rows beside the two images.
    package static func smooth(
        _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, shape: PixelShape, window: Int,
        rank: Rank = .upper, cancellation: CancellationFlag
    ) -> Bool {
        precondition(windows.contains(window))
        precondition(source.count == shape.sampleCount && output.count == shape.sampleCount)
        if window == 3, shape.height >= 2, shape.rowSamples >= Int(PK_MEDIAN_PAIR_COUNT) {
            return smoothPairs(source, into: &output, shape: shape, cancellation: cancellation)
        }
        let stride = (shape.width + window - 1) * shape.channels + Int(PK_MEDIAN_SLACK)
        var ring = [UInt8](repeating: 0, count: window * stride)
        var rows = ring.mutableSpan
        for position in 0..<window - 1 {
            mirror(position - window / 2, of: source, into: &rows, at: position * stride, shape: shape, window: window)
        }
        let flip: UInt8 = window.isMultiple(of: 2) && rank == .lower ? 255 : 0
        for y in 0..<shape.height {
            if cancellation.isRaised { return false }
            // Takes the place of the row that has left the window.
            let position = y + window - 1
            mirror(
                position - window / 2, of: source, into: &rows, at: position % window * stride, shape: shape,
                window: window)
            var row = output._mutatingExtracting(y * shape.rowSamples..<(y + 1) * shape.rowSamples)
            filter(rows.span, stride: stride, into: &row, channels: shape.channels, window: window, flip: flip)
        }
        return true
    }

    /// Copies the row at `y`, mirrored at the image's edges, with its columns mirrored at both ends.
    private static func mirror(
        _ y: Int, of source: Span<UInt8>, into rows: inout MutableSpan<UInt8>, at start: Int, shape: PixelShape,
        window: Int
    ) {
        let from = HalfSampleMirror.index(y, count: shape.height) * shape.rowSamples
        let row = source.extracting(from..<from + shape.rowSamples)
        let before = window / 2
        let after = window - 1 - before
        var place = rows._mutatingExtracting(start..<start + (shape.width + window - 1) * shape.channels)
        unsafe row.withUnsafeBufferPointer { row in
            unsafe place.withUnsafeMutableBufferPointer { place in
                guard let row = row.baseAddress, let place = place.baseAddress else { return }
                unsafe pk_mirrored_row(row, place, shape.width, shape.channels, before, after)
            }
        }
    }

    /// The median of the `window` rows in `rows`; each has `row.count` samples, the mirrored columns and the slack.
    private static func filter(
        _ rows: Span<UInt8>, stride: Int, into row: inout MutableSpan<UInt8>, channels: Int, window: Int, flip: UInt8
    ) {
        precondition(rows.count >= window * stride)
        precondition(stride >= row.count + (window - 1) * channels + Int(PK_MEDIAN_SLACK))
        let count = row.count
        unsafe rows.withUnsafeBufferPointer { rows in
            unsafe row.withUnsafeMutableBufferPointer { row in
                guard let rows = rows.baseAddress, let out = row.baseAddress else { return }
                switch window {
                case 2: unsafe pk_median2_row(rows, stride, out, count, channels, flip)
                case 3: unsafe pk_median3_row(rows, stride, out, count, channels, flip)
                case 4: unsafe pk_median4_row(rows, stride, out, count, channels, flip)
                case 5: unsafe pk_median5_row(rows, stride, out, count, channels, flip)
                case 6: unsafe pk_median6_row(rows, stride, out, count, channels, flip)
                case 7: unsafe pk_median7_row(rows, stride, out, count, channels, flip)
                case 8: unsafe pk_median8_row(rows, stride, out, count, channels, flip)
                default: unsafe pk_median9_row(rows, stride, out, count, channels, flip)
                }
            }
        }
    }

    /// 3×3, two rows at a time and without a copy of the rows: on large images the copy is what costs.
    private static func smoothPairs(
        _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, shape: PixelShape, cancellation: CancellationFlag
    ) -> Bool {
        let length = shape.rowSamples
        let last = shape.height - 1
        return unsafe source.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { output in
                guard let rows = source.baseAddress, let out = output.baseAddress else { return true }
                for row in stride(from: 0, through: last, by: 2) {
                    if cancellation.isRaised { return false }
                    // An odd last row is made again together with the one before it.
                    let y = min(row, last - 1)
                    unsafe pk_median3_pair(
                        rows + max(y - 1, 0) * length, rows + y * length, rows + (y + 1) * length,
                        rows + min(y + 2, last) * length, out + y * length, out + (y + 1) * length, length,
                        shape.channels)
                }
                return true
            }
        }
    }
}
