internal import PixelKernels

/// The grid that the borders of compressed blocks left in an image.
///
/// After Z. Fan, R. L. de Queiroz, "Identification of Bitmap Compression History: JPEG Detection and Quantizer
/// Estimation", IEEE Transactions on Image Processing 12(2), 2003: differences across the eighth place of a period of 8
/// against those at the others. Differences are third ones here, which smooth content does not reach.
struct BlockGrid {
    /// One direction.
    struct Axis {
        /// The two places with the largest differences, the larger first: blocks end after one. 7 for a grid that starts at
        /// the image's edge.
        let strongest: [Int]
        /// The mean difference at each place over the mean at the other seven.
        let ratios: [Double]
        /// How far each place's mean is above the others', in standard errors of a sample of at most `standardBlocks`.
        let strengths: [Double]
    }

    /// Across the columns.
    let columns: Axis
    /// Across the rows.
    let rows: Axis

    /// Strengths are as if no more blocks had been looked at: those of 224×224 pixels. Otherwise the size of an image would
    /// show in its score.
    private static let standardBlocks = 784.0

    /// The grid in `sums` over about `blocks` blocks.
    init(_ sums: BlockGridSums, blocks: Int) {
        let scale = blocks > 0 ? min(1, (Self.standardBlocks / Double(blocks)).squareRoot()) : 0
        columns = Axis(sums.columns, scale: scale)
        rows = Axis(sums.rows, scale: scale)
    }

    /// How strong the grid is whose blocks begin at columns 8 m + `x` and rows 8 m + `y`: about normal, around 0, for an
    /// image that was never compressed.
    func strength(x: Int, y: Int) -> Double {
        (columns.strengths[(x + 7) & 7] + rows.strengths[(y + 7) & 7]) * 0.5.squareRoot()
    }

    /// Where blocks may begin, 0...7 each way, by the strength of the grid: the two strongest places of either direction.
    var origins: [(x: Int, y: Int)] {
        columns.strongest.flatMap { x in rows.strongest.map { y in ((x + 1) & 7, (y + 1) & 7) } }
            .sorted { strength(x: $0.0, y: $0.1) > strength(x: $1.0, y: $1.1) }
    }
}

extension BlockGrid.Axis {
    fileprivate init(_ places: [BlockGridSums.Place], scale: Double) {
        let means = places.map { $0.count > 0 ? Double($0.sum) / Double($0.count) : 0 }
        let total = means.reduce(0, +)
        let count = places.reduce(0) { $0 + $1.count }
        let mean = Double(places.reduce(0) { $0 + $1.sum }) / Double(max(1, count))
        let variance = Double(places.reduce(0) { $0 + $1.squares }) / Double(max(1, count)) - mean * mean
        let isUsable = places.allSatisfy { $0.count > 0 } && variance > 0
        ratios = means.map { value in
            let others = (total - value) / 7
            return isUsable && others > 0 ? value / others : 1
        }
        strengths = zip(places, means).map { place, value in
            guard isUsable else { return 0 }
            return (value - (total - value) / 7) / (variance / Double(place.count)).squareRoot() * scale
        }
        let strengths = self.strengths
        strongest = Array((0..<8).sorted { (strengths[$0], $0) > (strengths[$1], $1) }.prefix(2))
    }
}
