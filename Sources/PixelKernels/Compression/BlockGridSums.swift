internal import CPixelKernels

/// How large third differences are across each of the eight places where a block could end.
///
/// Of the samples a, b | c, d around a boundary, |a - 3 b + 3 c - d| is large for a step between b and c and zero for any
/// parabola through them; it is cut off at 24 levels, so that edges of the picture do not drown the grid.
package struct BlockGridSums: Sendable {
    /// The sums of one place along an axis.
    package struct Place: Sendable {
        /// Of the differences, in eighths of a level.
        package var sum = 0
        /// Of their squares.
        package var squares = 0
        /// How many there were.
        package var count = 0
    }

    /// For boundaries after columns 8 m + k of the image, place k.
    package private(set) var columns = [Place](repeating: Place(), count: 8)
    /// For boundaries after rows 8 m + k, place k.
    package private(set) var rows = [Place](repeating: Place(), count: 8)

    static let limit: UInt16 = 24 * 8
    /// 2^32 / 192² squares: more rows than that would wrap.
    private static let mostRows = 65_536

    /// Sums of nothing.
    package init() {}

    /// Adds the differences inside a tile; nothing for sides below 4.
    package mutating func add(_ tile: LumaTile) {
        let (width, height) = (tile.columns.count, tile.rows.count)
        precondition(height <= Self.mostRows)
        guard width >= 4 || height >= 4 else { return }
        var sums = [UInt32](repeating: 0, count: 9 * width)
        var squares = sums
        if width >= 4 {
            for y in 0..<height { Self.add(tile, y * width, step: 1, count: width - 3, to: &sums, &squares, at: 0) }
        }
        if height >= 4 {
            // Place k of the rows adds up in part k + 1 of the sums.
            for y in 0..<height - 3 {
                let place = (tile.rows.lowerBound + y + 1) & 7
                Self.add(tile, y * width, step: width, count: width, to: &sums, &squares, at: (place + 1) * width)
                rows[place].count += width
            }
        }
        for x in 0..<max(0, width - 3) {
            let place = (tile.columns.lowerBound + x + 1) & 7
            columns[place].sum += Int(sums[x])
            columns[place].squares += Int(squares[x])
            columns[place].count += height
        }
        for place in 0..<8 {
            for x in (place + 1) * width..<(place + 2) * width {
                rows[place].sum += Int(sums[x])
                rows[place].squares += Int(squares[x])
            }
        }
    }

    /// Adds `count` differences of four samples `step` apart, from offset `start` on, to members of the sums from `at` on.
    private static func add(
        _ tile: LumaTile, _ start: Int, step: Int, count: Int, to sums: inout [UInt32], _ squares: inout [UInt32],
        at: Int
    ) {
        precondition(start + 3 * step + count <= tile.luma.count && at + count <= sums.count)
        unsafe tile.luma.withUnsafeBufferPointer { luma in
            unsafe sums.withUnsafeMutableBufferPointer { sums in
                unsafe squares.withUnsafeMutableBufferPointer { squares in
                    guard let from = luma.baseAddress, let sum = sums.baseAddress, let square = squares.baseAddress
                    else { return }
                    let a = unsafe from + start
                    unsafe pk_third_difference_row(
                        a, a + step, a + 2 * step, a + 3 * step, sum + at, square + at, count, limit)
                }
            }
        }
    }
}
