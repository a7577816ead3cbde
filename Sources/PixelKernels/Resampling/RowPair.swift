/// Two rows that are made once each, while a scaler moves down an image and mixes neighbours.
struct RowPair<Sample> {
    /// The row asked for first.
    private(set) var above: [Sample]
    /// The row asked for second; when that is the first one again, whatever it was.
    private(set) var below: [Sample]
    private var aboveRow = -1
    private var belowRow = -1

    /// Two rows of `count` samples of which nothing is known.
    init(count: Int, filler: Sample) {
        above = [Sample](repeating: filler, count: count)
        below = above
    }

    /// Makes `above` row `first` and, where it is another, `below` row `second`, calling `fill` for those that are not
    /// there.
    @inline(__always)
    mutating func hold(_ first: Int, _ second: Int, fill: (inout [Sample], Int) -> Void) {
        if first == belowRow {
            swap(&above, &below)
            swap(&aboveRow, &belowRow)
        }
        if first != aboveRow {
            fill(&above, first)
            aboveRow = first
        }
        if second != first, second != belowRow {
            fill(&below, second)
            belowRow = second
        }
    }
}
