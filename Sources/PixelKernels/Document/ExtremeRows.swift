internal import CPixelKernels

/// Smallest or largest samples of windows, by the vector loops.
struct ExtremeRows: Sendable {
    /// True for the largest, false for the smallest.
    let isLargest: Bool

    /// The sample that never wins: what stands beyond the border.
    var neutral: UInt8 { isLargest ? 0 : 255 }

    /// Writes the extreme of `window` (1...9) samples `step` apart, from each sample of `row` on, into `out`.
    func one(_ row: Span<UInt8>, step: Int, window: Int, into out: inout MutableSpan<UInt8>) {
        let count = out.count
        precondition((1...9).contains(window) && row.count >= count + (window - 1) * step)
        unsafe row.withUnsafeBufferPointer { row in
            unsafe out.withUnsafeMutableBufferPointer { out in
                guard let from = row.baseAddress, let to = out.baseAddress else { return }
                if isLargest {
                    unsafe pk_max_window_row(from, to, count, step, window)
                } else {
                    unsafe pk_min_window_row(from, to, count, step, window)
                }
            }
        }
    }

    /// The same with a `window` of 2...9 for two windows `step` apart: `count` samples at the front of `out` and as many
    /// from `secondAt`, at least `count`, on.
    func two(
        _ row: Span<UInt8>, step: Int, window: Int, count: Int, into out: inout MutableSpan<UInt8>, secondAt: Int
    ) {
        precondition((2...9).contains(window) && row.count >= count + window * step)
        precondition(secondAt >= count && out.count >= secondAt + count)
        unsafe row.withUnsafeBufferPointer { row in
            unsafe out.withUnsafeMutableBufferPointer { out in
                guard let from = row.baseAddress, let first = out.baseAddress else { return }
                let second = unsafe first + secondAt
                if isLargest {
                    unsafe pk_max_window_two_rows(from, first, second, count, step, window)
                } else {
                    unsafe pk_min_window_two_rows(from, first, second, count, step, window)
                }
            }
        }
    }
}
