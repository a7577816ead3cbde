internal import CPixelKernels

/// How often each magnitude occurs, for order statistics without sorting.
struct MagnitudeCounts: Sendable {
    private let bins: Int
    private let tables: Int
    private var counts: [UInt32]
    private var most = 0
    /// Magnitudes that were counted.
    private(set) var total = 0

    /// No magnitudes yet, all below `bins` (a power of two is quick to clear); `isBusy` counts in several tables side by
    /// side, which is quicker for long rows and slower to clear.
    init(bins: Int, isBusy: Bool) {
        self.bins = bins
        tables = isBusy ? Int(PK_COUNT_TABLES) : 1
        counts = [UInt32](repeating: 0, count: bins * tables)
    }

    /// Counts `count` magnitudes, the largest of which is `largest`.
    mutating func add(_ values: UnsafePointer<UInt16>, count: Int, largest: UInt16) {
        precondition(Int(largest) < bins)
        most = max(most, Int(largest))
        total += count
        if tables == 1 {
            unsafe pk_count_row_once(values, count, &counts)
        } else {
            unsafe pk_count_row(values, count, &counts, bins)
        }
    }

    /// The magnitudes at these positions of their ascending order, which ascend themselves and are below `total`; and the
    /// sum of all magnitudes.
    func summary(at positions: [Int]) -> (magnitudes: [Int], sum: Int) {
        var found: [Int] = []
        found.reserveCapacity(positions.count)
        var sum = 0
        var seen = 0
        unsafe counts.withUnsafeBufferPointer { counts in
            for value in 0...most {
                var count = 0
                // `add` checked that no magnitude is beyond a table.
                for table in 0..<tables { count += Int(unsafe counts[table &* bins &+ value]) }
                if count == 0 { continue }
                seen += count
                sum += count * value
                while found.count < positions.count, positions[found.count] < seen { found.append(value) }
            }
        }
        return (found, sum)
    }
}
