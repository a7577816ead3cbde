internal import CPixelKernels

/// Sums of energy over windows at regular places of a map that arrives row by row.
///
/// Memory is a few rows: the running sum of each column is kept as it was where each open window began.
struct WindowSums: Sendable {
    /// Columns and rows of a window.
    let window: (width: Int, height: Int)
    /// Columns and rows from one window to the next.
    let step: (across: Int, down: Int)
    /// Windows in a row of windows.
    let columns: Int
    /// The sum of each window, in the order of rows.
    private(set) var sums: [UInt32] = []

    private let width: Int
    private let openWindows: Int
    private var begun: [UInt32]
    private var scratch: [UInt32]
    private var line: [UInt32]
    private var row = 0

    /// Windows of a map of `width` columns; a window is at most as wide as the map.
    init(width: Int, window: (width: Int, height: Int), rows: Int) {
        self.width = width
        self.window = window
        step = (max(1, window.width / 8), max(1, window.height / 8))
        columns = (width - window.width) / step.across + 1
        openWindows = (window.height + step.down - 1) / step.down
        begun = [UInt32](repeating: 0, count: openWindows * width)
        scratch = [UInt32](repeating: 0, count: width + 1)
        line = [UInt32](repeating: 0, count: columns)
        sums.reserveCapacity(columns * max(0, (rows - window.height) / step.down + 1))
    }

    /// Windows in a column of windows.
    var rows: Int { sums.count / columns }

    /// Before a row is added to the column sums: a window may begin with it.
    mutating func beginRow(_ columnSums: [UInt32]) {
        guard row % step.down == 0 else { return }
        let slot = row / step.down % openWindows * width
        begun.replaceSubrange(slot..<slot + width, with: columnSums)
    }

    /// After it: a window may end with it.
    mutating func endRow(_ columnSums: [UInt32]) {
        row += 1
        let start = row - window.height
        guard start >= 0, start % step.down == 0 else { return }
        let slot = start / step.down % openWindows * width
        unsafe begun.withUnsafeBufferPointer { begun in
            guard let before = begun.baseAddress else { return }
            // Modulo 2^32 both sums may have wrapped; a window's own stays below 256 · 2,000,000.
            _ = unsafe pk_window_sums_row(
                columnSums, before + slot, width, window.width, step.across, &scratch, &line)
        }
        sums.append(contentsOf: line)
    }
}

/// The largest window and the middle one.
enum WindowContrast {
    /// So few sums are sorted.
    private static let fewest = 1024

    /// The largest sum, and the sum of the two middle ones (twice the middle one where the number is odd).
    ///
    /// The middle ones are found by counting ten bits at a time, from the highest on: in time that grows as the number of sums
    /// does, however they are spread.
    static func extremes(of sums: [UInt32]) -> (largest: UInt32, twiceMedian: UInt64) {
        guard let largest = sums.max() else { return (0, 0) }
        var shift = UInt32(max(0, 22 - largest.leadingZeroBitCount))
        var candidates = sums
        var positions = (lower: (sums.count - 1) / 2, upper: sums.count / 2)
        while candidates.count > fewest {
            var counts = [UInt32](repeating: 0, count: 1024)
            for sum in candidates { counts[Int(truncatingIfNeeded: sum >> shift & 1023)] += 1 }
            let lower = level(of: positions.lower, counts)
            let upper = level(of: positions.upper, counts)
            if lower.level != upper.level {
                // The lower one is the last of its level, the upper one the first of the next that there is.
                let below = candidates.reduce(0) { $1 >> shift & 1023 == lower.level ? max($0, $1) : $0 }
                let above = candidates.reduce(largest) { $1 >> shift & 1023 == upper.level ? min($0, $1) : $0 }
                return (largest, UInt64(below) + UInt64(above))
            }
            candidates = candidates.filter { $0 >> shift & 1023 == lower.level }
            positions = (positions.lower - lower.before, positions.upper - lower.before)
            // No digit is left that could tell them apart.
            if shift == 0 { return (largest, 2 * UInt64(candidates[0])) }
            shift = shift > 10 ? shift - 10 : 0
        }
        candidates.sort()
        return (largest, UInt64(candidates[positions.lower]) + UInt64(candidates[positions.upper]))
    }

    /// The coarse level of a position of the ascending order, and how many sums are below that level.
    private static func level(of position: Int, _ counts: [UInt32]) -> (level: UInt32, before: Int) {
        var level = 0
        var before = 0
        while before + Int(counts[level]) <= position {
            before += Int(counts[level])
            level += 1
        }
        return (UInt32(level), before)
    }
}
