internal import CPixelKernels

/// The 8×8 DCT of the blocks of tiles, a plane for each frequency.
package struct BlockCoefficients: Sendable {
    /// Blocks.
    package let count: Int
    /// Plane 8 v + u holds the coefficients of vertical frequency v and horizontal frequency u of all blocks, in eighths of
    /// a level, orthonormal: -8192...8192. Zero in blocks that are left out.
    package private(set) var planes: [Int16]
    /// Left and upper edge of each block in the image, in pixels.
    package private(set) var origins: [(x: Int, y: Int)] = []
    /// Blocks with a sample of 0 or 255 in them: their coefficients are zero, since clipping moved them.
    package private(set) var leftOut: [Bool] = []

    /// The blocks of `tiles` on the grid whose blocks begin at columns 8 m + `x` and rows 8 m + `y` of the image.
    package init(of tiles: [LumaTile], x: Int, y: Int) {
        let grids = tiles.map { TileGrid($0, x: x, y: y) }
        count = grids.reduce(0) { $0 + $1.across * $1.down }
        planes = [Int16](repeating: 0, count: 64 * count)
        origins.reserveCapacity(count)
        leftOut.reserveCapacity(count)
        for (tile, grid) in zip(tiles, grids) { add(tile, grid) }
        // Vertical frequencies v fill the planes 8 v ... 8 v + 7; the second pass goes over them.
        for v in 0..<8 { transformRows(v) }
        for block in 0..<count where leftOut[block] {
            for plane in 0..<64 { planes[plane * count + block] = 0 }
        }
    }

    /// The coefficients of one frequency.
    package func plane(_ frequency: Int) -> ArraySlice<Int16> {
        planes[frequency * count..<(frequency + 1) * count]
    }

    private mutating func add(_ tile: LumaTile, _ grid: TileGrid) {
        let width = tile.columns.count
        guard grid.across > 0 else { return }
        var columns = [Int16](repeating: 0, count: 64 * grid.across)
        for row in 0..<grid.down {
            let offset = (grid.y + 8 * row) * width + grid.x
            Self.transformColumns(tile.luma, offset, width, into: &columns)
            split(columns, first: origins.count)
            for block in 0..<grid.across {
                origins.append(
                    (tile.columns.lowerBound + grid.x + 8 * block, tile.rows.lowerBound + grid.y + 8 * row))
            }
            leftOut += Self.marked(tile, offset, grid.across)
        }
    }

    /// Which of `blocks` blocks from `offset` on hold an extreme sample.
    private static func marked(_ tile: LumaTile, _ offset: Int, _ blocks: Int) -> [Bool] {
        let width = tile.columns.count
        precondition(offset + 7 * width + 8 * blocks <= tile.extreme.count)
        var marks = [UInt8](repeating: 0, count: blocks)
        unsafe tile.extreme.withUnsafeBufferPointer { extreme in
            unsafe marks.withUnsafeMutableBufferPointer { marks in
                guard let from = extreme.baseAddress, let to = marks.baseAddress else { return }
                unsafe pk_marked_blocks_row(from + offset, width, to, blocks)
            }
        }
        return marks.map { $0 != 0 }
    }

    /// The first pass: eight rows of luma from `offset` on, `width` apart, to eight of vertical frequencies.
    private static func transformColumns(_ luma: [Int16], _ offset: Int, _ width: Int, into out: inout [Int16]) {
        let count = out.count / 8
        precondition(offset + 7 * width + count <= luma.count)
        unsafe luma.withUnsafeBufferPointer { luma in
            unsafe out.withUnsafeMutableBufferPointer { out in
                guard let from = luma.baseAddress, let to = out.baseAddress else { return }
                unsafe pk_dct8_rows(from + offset, width, to, count, count, 13)
            }
        }
    }

    /// Sorts the eight rows of the first pass by their place in a block, for blocks from `first` on.
    private mutating func split(_ rows: [Int16], first: Int) {
        let blocks = rows.count / 64
        precondition(first + blocks <= count)
        let stride = count
        unsafe rows.withUnsafeBufferPointer { rows in
            unsafe planes.withUnsafeMutableBufferPointer { planes in
                guard let from = rows.baseAddress, let to = planes.baseAddress else { return }
                for v in 0..<8 {
                    unsafe pk_split8_row(from + v * 8 * blocks, to + v * 8 * stride + first, stride, blocks)
                }
            }
        }
    }

    private mutating func transformRows(_ v: Int) {
        let stride = count
        unsafe planes.withUnsafeMutableBufferPointer { planes in
            guard let base = planes.baseAddress else { return }
            let row = unsafe base + v * 8 * stride
            unsafe pk_dct8_rows(row, stride, row, stride, stride, 16)
        }
    }
}

/// The whole blocks of a grid that lie inside a tile.
private struct TileGrid {
    /// The first block, in pixels of the tile.
    let x: Int
    let y: Int
    /// Blocks each way.
    let across: Int
    let down: Int

    init(_ tile: LumaTile, x: Int, y: Int) {
        self.x = (x - tile.columns.lowerBound) & 7
        self.y = (y - tile.rows.lowerBound) & 7
        across = max(0, tile.columns.count - self.x) / 8
        down = max(0, tile.rows.count - self.y) / 8
    }
}
