package import PixelCore

/// How often each neighbourhood occurs among an image's samples of ink and ground, and where marked ones are densest.
package struct InkContour: Sendable {
    /// Samples of each key of `InkNeighbourhood`.
    package private(set) var counts = [Int](repeating: 0, count: InkNeighbourhood.keyCount)
    /// The window with the most samples of marked keys, the first of equals; nil where there are none.
    package private(set) var densest: Region?

    /// Where the contour has more samples than this, every second row is read, or every third, and so on: only an image of
    /// many megapixels that is more noise than ink.
    package static let mostSamples = 4_000_000

    private static let everything: UInt64 = ~0

    /// All samples of the image, those off the contour too.
    package init(everySampleOf levels: InkLevels, mostSamples: Int = mostSamples) {
        var codes = [Int](repeating: 0, count: InkNeighbourhood.codeCount)
        let (bits, turn) = (levels.bits, levels.isWhiteGround ? Self.everything : 0)
        for y in stride(from: 0, to: bits.height, by: 1 + levels.contour / mostSamples) {
            for word in 0..<bits.words {
                let rows = Rows(bits, turn, y, word)
                let samples = bits.samples(of: word)
                let (all, any) = rows.agreement
                codes[InkNeighbourhood.codeCount - 1] += (all & samples).nonzeroBitCount
                codes[0] += (~any & samples).nonzeroBitCount
                var left = any & ~all & samples
                while left != 0 {
                    codes[rows.code(left.trailingZeroBitCount)] += 1
                    left &= left - 1
                }
            }
        }
        take(codes)
    }

    /// The samples of the contour alone. `isMarked` says of each key whether `densest` counts it; windows are two cells of
    /// max(8, shorter side / 32) pixels a side and overlap by one.
    package init(contourOf levels: InkLevels, isMarked: [Bool], mostSamples: Int = mostSamples) {
        let marks = InkNeighbourhood.keys.map { isMarked[Int($0)] }
        var codes = [Int](repeating: 0, count: InkNeighbourhood.codeCount)
        let (bits, turn) = (levels.bits, levels.isWhiteGround ? Self.everything : 0)
        var cells = Cells(width: bits.width, height: bits.height)
        for y in stride(from: 0, to: bits.height, by: 1 + levels.contour / mostSamples) {
            for word in 0..<bits.words {
                var left =
                    InkBits.contour(
                        bits.window(row: y - 1, word: word), bits.window(row: y, word: word),
                        bits.window(row: y + 1, word: word)) & bits.samples(of: word)
                if left == 0 { continue }
                let rows = Rows(bits, turn, y, word)
                while left != 0 {
                    let place = left.trailingZeroBitCount
                    let code = rows.code(place)
                    codes[code] += 1
                    if marks[code] { cells.add(x: word * 32 + place, y: y) }
                    left &= left - 1
                }
            }
        }
        take(codes)
        densest = cells.densest
    }

    private mutating func take(_ codes: [Int]) {
        for (code, count) in codes.enumerated() where count != 0 { counts[Int(InkNeighbourhood.keys[code])] += count }
    }

    /// Five rows around 32 samples; set bits are ink.
    private struct Rows {
        private let twoAbove: UInt64
        private let above: UInt64
        private let row: UInt64
        private let below: UInt64
        private let twoBelow: UInt64

        @inline(__always)
        init(_ bits: InkBits, _ turn: UInt64, _ y: Int, _ word: Int) {
            twoAbove = bits.window(row: y - 2, word: word) ^ turn
            above = bits.window(row: y - 1, word: word) ^ turn
            row = bits.window(row: y, word: word) ^ turn
            below = bits.window(row: y + 1, word: word) ^ turn
            twoBelow = bits.window(row: y + 2, word: word) ^ turn
        }

        /// The code of sample `place` of the 32.
        @inline(__always)
        func code(_ place: Int) -> Int {
            // All shifts are below 64, so that none of them traps or is checked.
            let shift = UInt64(truncatingIfNeeded: place)
            let near = row &>> (shift &+ 14) & 31 | (above &>> (shift &+ 15) & 7) &<< 5
            let far = (below &>> (shift &+ 15) & 7) &<< 8 | (twoAbove &>> (shift &+ 16) & 1) &<< 11
            return Int(truncatingIfNeeded: near | far | (twoBelow &>> (shift &+ 16) & 1) &<< 12)
        }

        /// Which of the 32 samples agree with all twelve neighbours that they are ink, and which touch or are ink.
        var agreement: (all: UInt32, any: UInt32) {
            let all = above & row & below
            let any = above | row | below
            let whole = all & all << 1 & all >> 1 & row << 2 & row >> 2 & twoAbove & twoBelow
            let touched = any | any << 1 | any >> 1 | row << 2 | row >> 2 | twoAbove | twoBelow
            return (UInt32(truncatingIfNeeded: whole >> 16), UInt32(truncatingIfNeeded: touched >> 16))
        }
    }

    /// Marked samples by cells.
    private struct Cells {
        private let width: Int
        private let height: Int
        private let side: Int
        private let across: Int
        private let down: Int
        private var counts: [Int]

        init(width: Int, height: Int) {
            self.width = width
            self.height = height
            side = max(8, min(width, height) / 32)
            across = (width + side - 1) / side
            down = (height + side - 1) / side
            counts = [Int](repeating: 0, count: across * down)
        }

        mutating func add(x: Int, y: Int) {
            counts[y / side * across + x / side] += 1
        }

        var densest: Region? {
            var (most, place) = (0, (row: 0, column: 0))
            for row in 0..<max(1, down - 1) {
                for column in 0..<max(1, across - 1) {
                    var sum = 0
                    for y in row..<min(down, row + 2) {
                        for x in column..<min(across, column + 2) { sum += counts[y * across + x] }
                    }
                    if sum > most { (most, place) = (sum, (row, column)) }
                }
            }
            guard most > 0 else { return nil }
            let (x, y) = (place.column * side, place.row * side)
            return Region(x: x, y: y, width: min(2 * side, width - x), height: min(2 * side, height - y))
        }
    }
}
