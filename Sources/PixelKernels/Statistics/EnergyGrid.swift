internal import CPixelKernels
package import PixelCore

/// How much colour and light change from pixel to pixel, summed over a grid of cells.
///
/// The energy of a pixel is its distance from the pixel to the right plus that from the pixel below, where there are such:
/// |Δ(R - G)| + |Δ(B - G)| + |Δluma| / 4 in levels for RGB, |Δ| for grey. Colour weighs more because the edges of
/// photographs are mostly of light. The short side has 32 to 63 cells, or as many as pixels where it is shorter.
package struct EnergyGrid: Sendable {
    /// A window of whole cells and its pixels.
    package struct Window: Hashable, Sendable {
        /// The first column of pixels.
        package let x: Int
        /// The first row of pixels.
        package let y: Int
        /// Columns of pixels.
        package let width: Int
        /// Rows of pixels.
        package let height: Int
        /// Mean energy of a pixel inside, in levels.
        package let inside: Double
        /// Mean energy of a pixel outside, in levels.
        package let outside: Double
        /// The window's side as a share of the short side of the grid.
        package let share: Double

        /// (inside - outside) · share / √(outside + 4): how far the window stands out, for its size and over the rest.
        package var prominence: Double { (inside - outside) * share / (outside + 4).squareRoot() }
    }

    /// Cells on the short side, at least where the image has as many pixels.
    static let leastCells = 32
    /// Energies are kept in quarters of a level.
    static let unit = 4.0

    /// Edges of the columns of cells, one more than there are.
    private let columns: [Int]
    /// Edges of the rows of cells, one more than there are.
    private let rows: [Int]
    /// Sums over all cells above and to the left, rows of one more than there are columns.
    private let sums: [Double]

    /// The grid of `pixels`; costs about a dozen operations a pixel.
    package init(of pixels: Span<UInt8>, shape: PixelShape) {
        precondition(pixels.count == shape.sampleCount)
        columns = Self.edges(shape.width, shape: shape)
        rows = Self.edges(shape.height, shape: shape)
        var sums = [Double](repeating: 0, count: columns.count * rows.count)
        var lines = EnergyLines(shape: shape)
        for j in 0..<rows.count - 1 {
            lines.sum(rows[j]..<rows[j + 1], of: pixels)
            var row = 0.0
            for i in 0..<columns.count - 1 {
                for x in columns[i]..<columns[i + 1] { row += Double(lines.sums[x]) }
                let above = sums[j * columns.count + i + 1]
                sums[(j + 1) * columns.count + i + 1] = above + row / Self.unit
            }
        }
        self.sums = sums
    }

    /// Where the cells of an axis of `length` pixels begin, and where the last one ends.
    static func edges(_ length: Int, shape: PixelShape) -> [Int] {
        let count = length / max(1, min(shape.width, shape.height) / leastCells)
        return (0...count).map { $0 * length / count }
    }

    /// The window with sides of `share` of the short side that has most energy; nil when it is less than two cells or all
    /// of a side.
    package func strongestWindow(share: Double) -> Window? {
        let short = min(columns.count, rows.count) - 1
        let side = Int((share * Double(short)).rounded())
        guard side >= 2, side < short else { return nil }
        var best: (energy: Double, i: Int, j: Int) = (-1, 0, 0)
        for j in 0..<rows.count - side {
            for i in 0..<columns.count - side {
                let energy = energy(i, j, side)
                if energy > best.energy { best = (energy, i, j) }
            }
        }
        let (x, y) = (columns[best.i], rows[best.j])
        let (width, height) = (columns[best.i + side] - x, rows[best.j + side] - y)
        let all = sums.last ?? 0
        let area = Double(width) * Double(height)
        let pixels = Double(columns.last ?? 0) * Double(rows.last ?? 0)
        return Window(
            x: x, y: y, width: width, height: height, inside: best.energy / area,
            outside: (all - best.energy) / (pixels - area), share: Double(side) / Double(short))
    }

    private func energy(_ i: Int, _ j: Int, _ side: Int) -> Double {
        let (top, bottom) = (j * columns.count, (j + side) * columns.count)
        // Sums of quarters of whole numbers, far below 2^53 of them: exact.
        return sums[bottom + i + side] - sums[bottom + i] - sums[top + i + side] + sums[top + i]
    }
}

/// A row of pixels: red less green and blue less green, empty for a grey image, and luma.
private struct EnergyLine {
    var red: [Int16]
    var blue: [Int16]
    var luma: [Int16]

    init(shape: PixelShape) {
        luma = [Int16](repeating: 0, count: shape.width)
        red = shape.channels == 3 ? luma : []
        blue = red
    }

    /// Takes the samples of a row.
    mutating func fill(_ samples: Span<UInt8>) {
        let count = luma.count
        precondition(samples.count == (red.isEmpty ? count : 3 * count))
        unsafe samples.withUnsafeBufferPointer { samples in
            guard let from = samples.baseAddress else { return }
            if red.isEmpty {
                unsafe pk_widen_words(from, &luma, count)
            } else {
                unsafe pk_opponents_row(from, &red, &blue, &luma, count)
            }
        }
    }
}

/// The energies of some rows, summed by column.
private struct EnergyLines {
    private let shape: PixelShape
    private var row: EnergyLine
    private var below: EnergyLine
    /// The row that `row` holds.
    private var held = -1
    private(set) var sums: [UInt32]

    init(shape: PixelShape) {
        self.shape = shape
        row = EnergyLine(shape: shape)
        below = row
        sums = [UInt32](repeating: 0, count: shape.width)
    }

    /// Sums the rows. A row adds at most 4 · 4 · 510 + 2 · 255 to a sum, and a cell has at most 2^12 of them.
    mutating func sum(_ rows: Range<Int>, of pixels: Span<UInt8>) {
        for i in sums.indices { sums[i] = 0 }
        for y in rows {
            if held != y { row.fill(pixels.extracting(y * shape.rowSamples..<(y + 1) * shape.rowSamples)) }
            let next = y + 1 < shape.height ? y + 1 : y
            // The last row is its own lower neighbour: no distance.
            below.fill(pixels.extracting(next * shape.rowSamples..<(next + 1) * shape.rowSamples))
            if shape.channels == 3 {
                unsafe pk_add_edges(row.red, below.red, 4, &sums, sums.count)
                unsafe pk_add_edges(row.blue, below.blue, 4, &sums, sums.count)
                unsafe pk_add_edges(row.luma, below.luma, 1, &sums, sums.count)
            } else {
                unsafe pk_add_edges(row.luma, below.luma, 4, &sums, sums.count)
            }
            swap(&row, &below)
            held = next
        }
    }
}
