internal import CPixelKernels
package import PixelCore

/// Rebuilds the pixels that a scaler reads from those that it does not.
///
/// Every pixel in a row and a column that are read becomes, channel by channel, the median of the pixels not read within
/// `reach` rows and columns of it; of an even count the lower middle. The window ends at the image's edge. A pixel with
/// no unread pixel in its window stays. Quiring, Klein, Arp, Johns, Rieck, "Adversarial Preprocessing", USENIX Security
/// 2020, section 5.2.
package struct SelectiveMedian: Sendable {
    private let shape: PixelShape
    /// 1 for rows that are read, 0 for the others.
    private let isRowRead: [UInt8]
    private let readColumns: [Int]
    private let reach: (rows: Int, columns: Int)
    /// First samples of the columns that are not read.
    private let freeColumns: [UInt32]
    /// How many columns before each column, and before the end, are not read.
    private let freeBefore: [Int]

    /// A kernel for images of `shape`, whose rows and columns the arrays name one by one.
    package init(shape: PixelShape, isRowRead: [Bool], isColumnRead: [Bool], reach: (rows: Int, columns: Int)) {
        precondition(isRowRead.count == shape.height && isColumnRead.count == shape.width)
        precondition(reach.rows >= 0 && reach.columns >= 0)
        self.shape = shape
        self.isRowRead = isRowRead.map { $0 ? 1 : 0 }
        self.reach = reach
        readColumns = isColumnRead.indices.filter { isColumnRead[$0] }
        var free: [UInt32] = []
        var before = [0]
        for x in 0..<shape.width {
            if !isColumnRead[x] { free.append(UInt32(x * shape.channels)) }
            before.append(free.count)
        }
        freeColumns = free
        freeBefore = before
    }

    /// Writes the rebuilt image of `source` into `output`; false when cancelled, with `output` unfinished.
    ///
    /// Costs about two counted samples for each sample by which the window of a pixel differs from that of the one read
    /// before it: with windows of the ratio's size, about four a source sample for each row read per destination row.
    package func rebuild(
        _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, cancellation: CancellationFlag
    ) -> Bool {
        precondition(source.count == shape.sampleCount && output.count == shape.sampleCount)
        var median = [UInt32](repeating: 0, count: Int(PK_MEDIAN_WORDS))
        // Nothing to rebuild from anywhere, which would take long to find out window by window.
        let isReadWhole = freeColumns.isEmpty && !isRowRead.contains(0)
        return unsafe source.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { output in
                guard let from = source.baseAddress, let to = output.baseAddress else { return false }
                for y in 0..<shape.height {
                    if cancellation.isRaised { return false }
                    let start = y * shape.rowSamples
                    unsafe (to + start).update(from: from + start, count: shape.rowSamples)
                    if isRowRead[y] == 0 || isReadWhole { continue }
                    for c in 0..<shape.channels {
                        let isFinished = unsafe rebuildRow(
                            y, of: from + c, into: to + start + c, median: &median, cancellation: cancellation)
                        if !isFinished { return false }
                    }
                }
                return true
            }
        }
    }

    /// Rebuilds one channel of row `y`. The pointers are to the first sample of that channel in the image and in the
    /// row.
    private func rebuildRow(
        _ y: Int, of plane: UnsafePointer<UInt8>, into row: UnsafeMutablePointer<UInt8>, median: inout [UInt32],
        cancellation: CancellationFlag
    ) -> Bool {
        let rows = max(0, y - reach.rows)..<min(shape.height, y + reach.rows + 1)
        for i in median.indices { median[i] = 0 }
        // The columns that are counted; they move right with the pixels.
        var counted = 0..<0
        for x in readColumns {
            if cancellation.isRaised { return false }
            let window = max(0, x - reach.columns)..<min(shape.width, x + reach.columns + 1)
            if window.lowerBound >= counted.upperBound {
                unsafe add(counted, of: plane, rows: rows, weight: -1, to: &median)
                unsafe add(window, of: plane, rows: rows, weight: 1, to: &median)
            } else {
                let gone = counted.lowerBound..<window.lowerBound
                let new = counted.upperBound..<window.upperBound
                unsafe add(gone, of: plane, rows: rows, weight: -1, to: &median)
                unsafe add(new, of: plane, rows: rows, weight: 1, to: &median)
            }
            counted = window
            if median[Int(PK_MEDIAN_WORDS) - 3] > 0 {
                unsafe row[x * shape.channels] = pk_median_lower(&median)
            }
        }
        return true
    }

    private func add(
        _ columns: Range<Int>, of plane: UnsafePointer<UInt8>, rows: Range<Int>, weight: Int32,
        to median: inout [UInt32]
    ) {
        if columns.isEmpty { return }
        let free = freeBefore[columns.lowerBound]..<freeBefore[columns.upperBound]
        unsafe isRowRead.withUnsafeBufferPointer { isRowRead in
            unsafe freeColumns.withUnsafeBufferPointer { freeColumns in
                guard let isRead = isRowRead.baseAddress else { return }
                unsafe pk_median_add(
                    &median, plane + rows.lowerBound * shape.rowSamples, shape.rowSamples, shape.channels,
                    isRead + rows.lowerBound, rows.count, columns.lowerBound, columns.upperBound,
                    // Null when no column is free, and then none is looked at.
                    freeColumns.baseAddress.map { unsafe $0 + free.lowerBound }, free.count, weight)
            }
        }
    }
}
