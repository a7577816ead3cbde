internal import CPixelKernels

/// Smallest or largest samples of rows, by the vector loops.
struct ExtremeRows: Sendable {
    /// True for the largest, false for the smallest.
    let isLargest: Bool

    /// The sample that never wins: what stands beyond the border.
    var neutral: UInt8 { isLargest ? 0 : 255 }

    /// Writes the extreme of `rowCount` rows (at least 1) of `store` into `out`. Row i begins at `start(i)`; all have
    /// the length of `out`.
    func across(
        _ store: Span<UInt8>, rowCount: Int, start: (Int) -> Int, into out: inout MutableSpan<UInt8>
    ) {
        let length = out.count
        func range(_ i: Int) -> Range<Int> { start(i)..<start(i) + length }
        let first = store.extracting(range(0))
        var next: Int
        if rowCount % 2 == 1, rowCount > 1 {
            three(first, store.extracting(range(1)), store.extracting(range(2)), into: &out)
            next = 3
        } else {
            two(first, store.extracting(range(rowCount > 1 ? 1 : 0)), into: &out)
            next = 2
        }
        while next < rowCount {
            twoMore(store.extracting(range(next)), store.extracting(range(next + 1)), into: &out)
            next += 2
        }
    }

    /// Writes the extreme of `window` (2...9) samples `step` apart, from each sample of `row` on, into `out`.
    func along(_ row: Span<UInt8>, step: Int, window: Int, into out: inout MutableSpan<UInt8>) {
        precondition((2...9).contains(window) && row.count == out.count + (window - 1) * step)
        let count = out.count
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

    private func two(_ a: Span<UInt8>, _ b: Span<UInt8>, into out: inout MutableSpan<UInt8>) {
        unsafe pair(a, b, into: &out, by: isLargest ? pk_max2_row : pk_min2_row)
    }

    private func twoMore(_ a: Span<UInt8>, _ b: Span<UInt8>, into out: inout MutableSpan<UInt8>) {
        unsafe pair(a, b, into: &out, by: isLargest ? pk_max2_into_row : pk_min2_into_row)
    }

    private typealias Pair = (UnsafePointer<UInt8>, UnsafePointer<UInt8>, UnsafeMutablePointer<UInt8>, Int) -> Void

    private func pair(_ a: Span<UInt8>, _ b: Span<UInt8>, into out: inout MutableSpan<UInt8>, by loop: Pair) {
        let count = out.count
        precondition(a.count == count && b.count == count)
        unsafe a.withUnsafeBufferPointer { a in
            unsafe b.withUnsafeBufferPointer { b in
                unsafe out.withUnsafeMutableBufferPointer { out in
                    guard let a = a.baseAddress, let b = b.baseAddress, let out = out.baseAddress else { return }
                    unsafe loop(a, b, out, count)
                }
            }
        }
    }

    private func three(
        _ a: Span<UInt8>, _ b: Span<UInt8>, _ c: Span<UInt8>, into out: inout MutableSpan<UInt8>
    ) {
        let count = out.count
        precondition(a.count == count && b.count == count && c.count == count)
        unsafe a.withUnsafeBufferPointer { a in
            unsafe b.withUnsafeBufferPointer { b in
                unsafe c.withUnsafeBufferPointer { c in
                    unsafe out.withUnsafeMutableBufferPointer { out in
                        guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress,
                            let out = out.baseAddress
                        else { return }
                        if isLargest {
                            unsafe pk_max3_row(a, b, c, out, count)
                        } else {
                            unsafe pk_min3_row(a, b, c, out, count)
                        }
                    }
                }
            }
        }
    }
}
