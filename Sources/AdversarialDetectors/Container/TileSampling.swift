internal import PixelCore
internal import PixelKernels

/// Which parts of an image are looked at: all of a small one, tiles spread evenly over a large one.
///
/// The choice follows the size alone, so that the same image gives the same score. A change that lies between tiles of a
/// large image is not seen.
enum TileSampling {
    /// Blocks of 8×8 pixels looked at, about: 50 megapixels cost as much as 512×512 pixels.
    static let mostBlocks = 4096
    /// Sides of a tile: 8 blocks and what a grid may be shifted by.
    private static let side = 72

    /// A tile's place.
    struct Place: Hashable {
        let columns: Range<Int>
        let rows: Range<Int>
    }

    /// The tiles of an image of `shape`; empty where no block fits into it.
    static func places(of shape: PixelShape) -> [Place] {
        let (width, height) = (shape.width, shape.height)
        guard width >= 8, height >= 8 else { return [] }
        if (width / 8) * (height / 8) <= mostBlocks { return [Place(columns: 0..<width, rows: 0..<height)] }
        let tile = (width: min(width, side), height: min(height, side))
        let most = mostBlocks / ((tile.width / 8) * (tile.height / 8))
        // As many across for the width as down for the height, kept from overlapping.
        var across = min(max(1, root(most * width / height)), width / tile.width)
        let down = min(max(1, most / across), height / tile.height)
        across = min(max(1, most / down), width / tile.width)
        let columns = starts(across, of: width, tile.width)
        return starts(down, of: height, tile.height).flatMap { y in
            columns.map { x in Place(columns: x..<x + tile.width, rows: y..<y + tile.height) }
        }
    }

    /// Where `count` parts of `part` begin when they are spread over `whole`, each at a multiple of 8.
    private static func starts(_ count: Int, of whole: Int, _ part: Int) -> [Int] {
        guard count > 1 else { return [(whole - part) / 2 & ~7] }
        return (0..<count).map { (whole - part) * $0 / (count - 1) & ~7 }
    }

    /// The largest number whose square is at most `value`.
    private static func root(_ value: Int) -> Int {
        var root = 0
        while (root + 1) * (root + 1) <= value { root += 1 }
        return root
    }
}
