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
    private let isRowRead: [Bool]
    private let isColumnRead: [Bool]
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
        self.isRowRead = isRowRead
        self.isColumnRead = isColumnRead
        self.reach = reach
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
    /// Costs about nine counted samples for each window sample of each pixel read.
    package func rebuild(
        _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, cancellation: CancellationFlag
    ) -> Bool {
        precondition(source.count == shape.sampleCount && output.count == shape.sampleCount)
        let rows = min(shape.height, 2 * reach.rows + 1)
        let columns = min(shape.width, 2 * reach.columns + 1)
        var window = [UInt8](repeating: 0, count: rows * columns)
        let masked = isColumnRead.indices.filter { isColumnRead[$0] }
        return unsafe source.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { output in
                guard let from = source.baseAddress, let to = output.baseAddress else { return false }
                for y in 0..<shape.height {
                    if cancellation.isRaised { return false }
                    let start = y * shape.rowSamples
                    unsafe (to + start).update(from: from + start, count: shape.rowSamples)
                    if !isRowRead[y] { continue }
                    for x in masked {
                        if cancellation.isRaised { return false }
                        for c in 0..<shape.channels {
                            let count = unsafe collect(from + c, around: (y, x), into: &window)
                            if count == 0 { break }
                            let level = unsafe pk_select(window, count, (count - 1) / 2)
                            unsafe to[start + x * shape.channels + c] = level
                        }
                    }
                }
                return true
            }
        }
    }

    /// Puts the unread samples around a pixel into `window`, `plane` being the first sample of their channel; how many.
    private func collect(
        _ plane: UnsafePointer<UInt8>, around pixel: (y: Int, x: Int), into window: inout [UInt8]
    ) -> Int {
        let left = max(0, pixel.x - reach.columns)
        let right = min(shape.width, pixel.x + reach.columns + 1)
        let free = freeBefore[left]..<freeBefore[right]
        return unsafe window.withUnsafeMutableBufferPointer { window in
            unsafe freeColumns.withUnsafeBufferPointer { freeColumns in
                guard let target = window.baseAddress else { return 0 }
                var count = 0
                for y in max(0, pixel.y - reach.rows)..<min(shape.height, pixel.y + reach.rows + 1) {
                    let row = unsafe plane + y * shape.rowSamples
                    if !isRowRead[y] {
                        unsafe pk_plane(row + left * shape.channels, shape.channels, target + count, right - left)
                        count += right - left
                    } else if let positions = freeColumns.baseAddress, !free.isEmpty {
                        unsafe pk_pick1(row, positions + free.lowerBound, target + count, free.count)
                        count += free.count
                    }
                }
                return count
            }
        }
    }
}
