internal import CPixelKernels

/// Counts marks in cells, row by row, and keeps the window of two by two cells that is the roughest.
struct InkCells {
    /// What was counted.
    struct Totals {
        var bumps = 0
        var dents = 0
        var contour = 0
        var roughest: InkShapes.Window
    }

    private let width: Int
    private let count: Int
    /// Counts of each column since the last row of cells; at most `InkShapes.cell`.
    private var bumps: [UInt16]
    private var dents: [UInt16]
    private var contour: [UInt16]
    private var rows = 0
    /// Rows of cells that are done.
    private var done = 0
    private var marksAbove: [Int]
    private var contourAbove: [Int]
    private var marksBelow: [Int]
    private var contourBelow: [Int]
    private var totals = Totals(roughest: InkShapes.Window(x: 0, y: 0, marks: 0, contour: 0))

    /// No rows yet.
    init(width: Int) {
        self.width = width
        count = (width + InkShapes.cell - 1) / InkShapes.cell
        bumps = [UInt16](repeating: 0, count: width)
        dents = bumps
        contour = bumps
        marksAbove = [Int](repeating: 0, count: count)
        contourAbove = marksAbove
        marksBelow = marksAbove
        contourBelow = marksAbove
    }

    /// Takes the next row.
    mutating func add(_ marks: InkLines.Marks) {
        unsafe pk_add_u8_row(marks.bumps, &bumps, width)
        unsafe pk_add_u8_row(marks.dents, &dents, width)
        unsafe pk_add_u8_row(marks.contour, &contour, width)
        rows += 1
        if rows == InkShapes.cell { fold() }
    }

    /// What all rows had.
    mutating func finish() -> Totals {
        if rows > 0 { fold() }
        // An image of one row of cells has no second one.
        if done == 1 { look(at: 0) }
        return totals
    }

    private mutating func fold() {
        swap(&marksAbove, &marksBelow)
        swap(&contourAbove, &contourBelow)
        for i in 0..<count {
            var (bumpSum, dentSum, contourSum) = (0, 0, 0)
            for x in i * InkShapes.cell..<min((i + 1) * InkShapes.cell, width) {
                bumpSum += Int(bumps[x])
                dentSum += Int(dents[x])
                contourSum += Int(contour[x])
                bumps[x] = 0
                dents[x] = 0
                contour[x] = 0
            }
            marksBelow[i] = bumpSum + dentSum
            contourBelow[i] = contourSum
            totals.bumps += bumpSum
            totals.dents += dentSum
            totals.contour += contourSum
        }
        rows = 0
        done += 1
        if done > 1 { look(at: (done - 2) * InkShapes.cell) }
    }

    /// Compares the windows of the last two rows of cells, the upper one of which begins at row `y`.
    private mutating func look(at y: Int) {
        for i in 0..<max(1, count - 1) {
            let next = min(i + 1, count - 1)
            var marks = marksAbove[i] + marksBelow[i]
            var contour = contourAbove[i] + contourBelow[i]
            if next > i {
                marks += marksAbove[next] + marksBelow[next]
                contour += contourAbove[next] + contourBelow[next]
            }
            if marks == 0 { continue }
            let window = InkShapes.Window(x: i * InkShapes.cell, y: y, marks: marks, contour: contour)
            if window.roughness > totals.roughest.roughness { totals.roughest = window }
        }
    }
}
