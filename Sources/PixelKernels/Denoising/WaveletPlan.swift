/// Where the coefficients of each level lie in working memory.
///
/// A level of h by w samples has `half(h)` rows; each holds four bands of `half(w)` coefficients: low both ways, high along
/// the row, high down the column, high both ways. The next level is made of the first band, and put back there.
struct WaveletPlan: Hashable, Sendable {
    struct Level: Hashable, Sendable {
        let width: Int
        let height: Int
        /// Coefficients in a row of one band.
        let band: Int
        /// Rows of coefficients.
        let rows: Int
        /// Where the first row begins.
        let start: Int

        /// Elements from one row to the next.
        var stride: Int { 4 * band }
    }

    /// Elements readable before and after a row of samples, at least.
    static let margin = 4

    /// The finest first.
    let levels: [Level]
    /// Four rows of coefficients in one direction, by row modulo 4.
    let ring: Int
    /// Elements of a row of the ring.
    let ringStride: Int
    /// A row of samples, with a margin on either side.
    let line: Int
    /// Elements in all.
    let count: Int

    init(width: Int, height: Int, levels depth: Int, filter: WaveletFilter) {
        var levels: [Level] = []
        var (width, height, start) = (width, height, 0)
        for _ in 0..<depth {
            let level = Level(
                width: width, height: height, band: filter.half(width), rows: filter.half(height), start: start)
            levels.append(level)
            start += level.stride * level.rows
            (width, height) = (level.band, level.rows)
        }
        self.levels = levels
        ring = start
        // A level of one or two samples has more coefficients than samples, so that the finest is not always the widest.
        ringStride = 2 * (levels.map(\.band).max() ?? 0)
        line = ring + 4 * ringStride + Self.margin
        count = line + ringStride + 2 * Self.margin
    }
}
