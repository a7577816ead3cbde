internal import CPixelKernels
package import PixelCore

/// Local median of 2×2 or 3×3 samples, as `scipy.ndimage.median_filter(size=(k, k, 1), mode="reflect")`.
///
/// The window of row r is r - k/2 ... r - k/2 + k - 1 (an even window leans up and left), the border repeats the edge
/// (`d c b a | a b c d`), the rank is k·k/2 of the ascending values from 0 (the upper middle of an even count; or the
/// one below it, as `scipy.ndimage.rank_filter(rank=k·k/2 - 1)`), and channels are filtered apart.
package enum MedianKernel {
    /// The sizes that have a kernel.
    package enum Window: Int, Sendable {
        /// 2×2.
        case two = 2
        /// 3×3.
        case three = 3
    }

    /// Which of the two middle values an even count yields.
    package enum Rank: String, Sendable, CaseIterable {
        /// The larger: scipy's median.
        case upper
        /// The smaller: on dark ink what `upper` is on bright ink.
        case lower
    }

    /// Writes the median of `source` into `output`, both of `shape`; false when cancelled, with `output` unfinished.
    package static func smooth(
        _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, shape: PixelShape, window: Window,
        rank: Rank = .upper, cancellation: CancellationFlag
    ) -> Bool {
        precondition(source.count == shape.sampleCount && output.count == shape.sampleCount)
        let length = shape.rowSamples
        for y in 0..<shape.height {
            if cancellation.isRaised { return false }
            let start = y * length
            let here = source.extracting(start..<start + length)
            let above = y == 0 ? here : source.extracting(start - length..<start)
            var row = output._mutatingExtracting(start..<start + length)
            switch window {
            case .two:
                row2(above, here, into: &row, channels: shape.channels, rank: rank)
            case .three:
                let isLast = y == shape.height - 1
                let below = isLast ? here : source.extracting(start + length..<start + 2 * length)
                row3(above, here, below, into: &row, channels: shape.channels)
            }
        }
        return true
    }

    private static func row2(
        _ above: Span<UInt8>, _ here: Span<UInt8>, into row: inout MutableSpan<UInt8>, channels: Int,
        rank: Rank
    ) {
        // The left column of the first pixel is the pixel itself, so that the middle two are the two values.
        for c in 0..<channels {
            row[c] = rank == .upper ? max(above[c], here[c]) : min(above[c], here[c])
        }
        let end = row.count
        if end == channels { return }
        var rest = row._mutatingExtracting(channels..<end)
        let corners = (
            above.extracting(0..<end - channels), above.extracting(channels..<end),
            here.extracting(0..<end - channels), here.extracting(channels..<end)
        )
        switch rank {
        case .upper: interior2(corners.0, corners.1, corners.2, corners.3, into: &rest)
        case .lower: interiorLower2(corners.0, corners.1, corners.2, corners.3, into: &rest)
        }
    }

    private static func row3(
        _ above: Span<UInt8>, _ here: Span<UInt8>, _ below: Span<UInt8>, into row: inout MutableSpan<UInt8>,
        channels: Int
    ) {
        let end = row.count
        for c in 0..<channels {
            edge3(above, here, below, into: &row, at: c, from: c, to: min(c + channels, end - channels + c))
            let last = end - channels + c
            edge3(above, here, below, into: &row, at: last, from: max(c, last - channels), to: last)
        }
        if end <= 2 * channels { return }
        let inner = end - 2 * channels
        unsafe above.withUnsafeBufferPointer { above in
            unsafe here.withUnsafeBufferPointer { here in
                unsafe below.withUnsafeBufferPointer { below in
                    unsafe row.withUnsafeMutableBufferPointer { row in
                        guard let a = above.baseAddress, let b = here.baseAddress,
                            let c = below.baseAddress, let out = row.baseAddress
                        else { return }
                        // The three rows have `end` samples; the loop reads `inner + 2 channels` of each.
                        unsafe pk_median3_row(a, b, c, out + channels, inner, channels)
                    }
                }
            }
        }
    }

    /// The 3×3 median at a pixel of the first or last column, whose neighbours are at `from` and `to`.
    private static func edge3(
        _ above: Span<UInt8>, _ here: Span<UInt8>, _ below: Span<UInt8>, into row: inout MutableSpan<UInt8>,
        at i: Int, from: Int, to: Int
    ) {
        row[i] = median9(
            above[from], above[i], above[to], here[from], here[i], here[to], below[from], below[i], below[to])
    }

    // The two loops below index nine (four) spans of one length by one variable and compute no index, which is what
    // lets the compiler drop the bounds checks and vectorize; `x - channels` inside them costs a factor of a hundred.

    private static func interior2(
        _ a: Span<UInt8>, _ b: Span<UInt8>, _ c: Span<UInt8>, _ d: Span<UInt8>, into row: inout MutableSpan<UInt8>
    ) {
        let count = row.count
        precondition(a.count == count && b.count == count && c.count == count && d.count == count)
        for i in 0..<count { row[i] = median4(a[i], b[i], c[i], d[i]) }
    }

    private static func interiorLower2(
        _ a: Span<UInt8>, _ b: Span<UInt8>, _ c: Span<UInt8>, _ d: Span<UInt8>, into row: inout MutableSpan<UInt8>
    ) {
        let count = row.count
        precondition(a.count == count && b.count == count && c.count == count && d.count == count)
        for i in 0..<count { row[i] = lowerMedian4(a[i], b[i], c[i], d[i]) }
    }

    /// The third smallest of four.
    @inline(__always)
    private static func median4(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) -> UInt8 {
        max(max(min(a, b), min(c, d)), min(max(a, b), max(c, d)))
    }

    /// The second smallest of four.
    @inline(__always)
    private static func lowerMedian4(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) -> UInt8 {
        min(min(max(a, b), max(c, d)), max(min(a, b), min(c, d)))
    }

    /// The fifth smallest of nine, given by rows: sort each column, then the median of the largest minimum, the median
    /// middle and the smallest maximum.
    @inline(__always)
    private static func median9(
        _ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, _ e: UInt8, _ f: UInt8, _ g: UInt8, _ h: UInt8, _ j: UInt8
    ) -> UInt8 {
        let lowest = max(max(min(min(a, d), g), min(min(b, e), h)), min(min(c, f), j))
        let highest = min(min(max(max(a, d), g), max(max(b, e), h)), max(max(c, f), j))
        let middle = median3(median3(a, d, g), median3(b, e, h), median3(c, f, j))
        return median3(lowest, middle, highest)
    }

    @inline(__always)
    private static func median3(_ a: UInt8, _ b: UInt8, _ c: UInt8) -> UInt8 {
        max(min(a, b), min(max(a, b), c))
    }
}
