/// The measures of the cheques that the reader knows, in pixels. Digits are written at 28×28 like the model's.
enum ChequeLayout {
    /// Rows and columns of a digit's box.
    static let side = DigitModel.side
    /// A frame holds the currency sign and at least two digits' width.
    static let shortestLine = 3 * side
    /// From the frame's first to its last row.
    static let frameRows = (side + 8)...(4 * side)
    /// How many times as wide as high a frame is.
    static let frameProportion = 2...8
    /// The scan's lines of at least `shortestLine`; a cheque has below a hundred. Bounds the search for pairs.
    static let lines = 2_000
    /// Blank columns up to this many are inside a digit whose pen skipped; the closest digits are 11 apart.
    static let skippedColumns = 7
    /// Ink below this many pixels is dust.
    static let dust = 8
    /// The currency sign is higher than any digit, whose ink has 20 rows.
    static let currencySignRows = 26
    /// The most digits in an amount.
    static let digits = 9
}

/// A box by its edges, the far ones not included.
struct Bounds: Hashable {
    var left: Int
    var top: Int
    var right: Int
    var bottom: Int

    var columns: Range<Int> { left..<right }
    var rows: Range<Int> { top..<bottom }
    var area: Int { (right - left) * (bottom - top) }

    func overlaps(_ other: Bounds) -> Bool {
        columns.overlaps(other.columns) && rows.overlaps(other.rows)
    }
}

/// Finds the one drawn rectangle that can be an amount box.
enum AmountFrame {
    /// The paper inside the frame of `scan`, without the frame's own lines.
    static func interior(of scan: LumaPlane) throws(ChequeReadingError) -> Bounds {
        let lines = horizontalLines(of: scan)
        guard lines.count <= ChequeLayout.lines else { throw .clutteredScan(lines: lines.count) }
        let frames = rectangles(between: lines, in: scan)
        // A thick frame is found once for each pair of its rows; the innermost touches the paper.
        guard let innermost = frames.min(by: { $0.area < $1.area }) else { throw .noFrame }
        guard frames.allSatisfy({ $0.overlaps(innermost) }) else { throw .severalFrames }
        return paper(inside: innermost, of: scan)
    }

    /// Runs of ink along rows, from top to bottom, each one row high.
    private static func horizontalLines(of scan: LumaPlane) -> [Bounds] {
        var lines: [Bounds] = []
        for y in 0..<scan.height {
            var start = 0
            var x = 0
            while x <= scan.width {
                if x == scan.width || !scan.isInk(x, y) {
                    if x &- start >= ChequeLayout.shortestLine {
                        lines.append(Bounds(left: start, top: y, right: x, bottom: y + 1))
                    }
                    start = x &+ 1
                }
                x &+= 1
            }
        }
        return lines
    }

    /// Pairs of lines of the same extent, at a frame's distance, that two vertical lines join.
    private static func rectangles(between lines: [Bounds], in scan: LumaPlane) -> [Bounds] {
        var frames: [Bounds] = []
        for (index, top) in lines.enumerated() {
            for bottom in lines[(index + 1)...] {
                let rows = bottom.bottom - top.top
                if rows > ChequeLayout.frameRows.upperBound { break }
                guard rows >= ChequeLayout.frameRows.lowerBound, abs(top.left - bottom.left) <= 3,
                    abs(top.right - bottom.right) <= 3
                else { continue }
                let frame = Bounds(
                    left: max(top.left, bottom.left), top: top.top, right: min(top.right, bottom.right),
                    bottom: bottom.bottom)
                let columns = frame.columns.count
                guard columns >= ChequeLayout.frameProportion.lowerBound * rows,
                    columns <= ChequeLayout.frameProportion.upperBound * rows, hasSides(frame, in: scan)
                else { continue }
                frames.append(frame)
            }
        }
        return frames
    }

    /// True when nine tenths of the left and of the right edge are ink, on the edge's column or the next one inwards.
    private static func hasSides(_ frame: Bounds, in scan: LumaPlane) -> Bool {
        [(frame.left, frame.left + 1), (frame.right - 1, frame.right - 2)].allSatisfy { outer, inner in
            let ink = max(
                scan.inkCount(column: outer, rows: frame.rows), scan.inkCount(column: inner, rows: frame.rows))
            return 10 * ink > 9 * frame.rows.count
        }
    }

    /// `frame` without the rows and columns at its edges that are mostly ink.
    private static func paper(inside frame: Bounds, of scan: LumaPlane) -> Bounds {
        // Corners are left out: they would make the first column of paper look half inked.
        let rows = (frame.top + 8)..<(frame.bottom - 8)
        let columns = (frame.left + 8)..<(frame.right - 8)
        var paper = frame
        while paper.left < columns.lowerBound, 2 * scan.inkCount(column: paper.left, rows: rows) > rows.count {
            paper.left += 1
        }
        while paper.right > columns.upperBound, 2 * scan.inkCount(column: paper.right - 1, rows: rows) > rows.count {
            paper.right -= 1
        }
        while paper.top < rows.lowerBound, 2 * scan.inkCount(row: paper.top, columns: columns) > columns.count {
            paper.top += 1
        }
        while paper.bottom > rows.upperBound, 2 * scan.inkCount(row: paper.bottom - 1, columns: columns) > columns.count
        {
            paper.bottom -= 1
        }
        return paper
    }
}
