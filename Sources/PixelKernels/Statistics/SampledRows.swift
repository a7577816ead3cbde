internal import PixelCore

/// The rows and columns of an image that statistics are taken from: all of a small one, bands of rows of a large one.
///
/// Up to `largestPixelCount` pixels the image is one band. Beyond, bands of `bandRows` rows lie evenly from the first row to
/// the last, beginning at multiples of 8 so that blocks and halved colour of a JPEG lie in them as in the image; as many as
/// hold `largestPixelCount` pixels. An image wider than `largestWidth` is read in that many columns in its middle.
package struct SampledRows: Hashable, Sendable {
    /// Images up to this many pixels are read whole.
    package static let largestPixelCount = 2_000_000
    /// Rows of a band.
    static let bandRows = 32
    /// Columns that are read at most.
    static let largestWidth = 32768

    /// The first column.
    let firstColumn: Int
    /// Columns.
    let width: Int
    /// The first row of each band, ascending; bands do not overlap.
    let bandStarts: [Int]
    /// Rows of each band.
    let bandHeight: Int

    /// The bands of an image of this shape.
    init(of shape: PixelShape, wholeUpTo limit: Int = largestPixelCount) {
        width = min(shape.width, Self.largestWidth)
        firstColumn = (shape.width - width) / 2 / 8 * 8
        guard shape.pixelCount > limit, shape.height > 2 * Self.bandRows else {
            bandStarts = [0]
            bandHeight = shape.height
            return
        }
        bandHeight = Self.bandRows
        let room = shape.height / Self.bandRows
        let count = max(2, min(room, limit / (Self.bandRows * width)))
        let span = shape.height - Self.bandRows
        bandStarts = (0..<count).map { $0 * span / (count - 1) / 8 * 8 }
    }

    /// True when the bands are the whole image.
    var isWhole: Bool { bandStarts.count == 1 }

    /// Rows of second differences: those with a neighbour above and below in their band.
    var innerRows: Int { bandStarts.count * (bandHeight - 2) }

    /// The row of the image that row `y` of the second differences of all bands, one after the other, is centred on.
    func imageRow(inner y: Int) -> Int {
        bandStarts[y / (bandHeight - 2)] + y % (bandHeight - 2) + 1
    }

    /// A window whose sides are one part in `part` of the image's shorter side, at least 3; where rows are left out, as many
    /// of those that are read as lie in it.
    func window(part: Int, of shape: PixelShape) -> (width: Int, height: Int) {
        let side = max(3, min(shape.width, shape.height) / part)
        let height = isWhole ? side : max(3, side * innerRows / shape.height)
        return (min(side, width - 2), min(height, innerRows))
    }
}
