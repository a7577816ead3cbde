internal import CPixelKernels

/// Counts the pieces of ink, connected over eight neighbours, in one pass over the rows.
///
/// A page has a few runs of ink for each stroke and row. Beyond `mostRuns` an image is a screen or noise, and counting ends:
/// what it costs is bounded.
struct InkPieces {
    /// Runs of ink that are counted at most.
    static let mostRuns = 1 << 20

    private struct RowRun {
        let begin: UInt32
        let end: UInt32
        var component: UInt32
    }

    /// Pieces of at most so many pixels are specks.
    private static let speck = 2

    private let width: Int
    private let isInkLight: Bool
    private var list = ComponentList(limit: speck)
    private var previous: [RowRun] = []
    private var current: [RowRun] = []
    private var scratch: [UInt8]
    private var edges: [UInt32]
    /// Runs so far.
    private var runs = 0
    /// Pieces so far.
    private(set) var components = 0
    /// Pieces of at most two pixels that have ended.
    private(set) var specks = 0

    /// No rows yet; ink is below 128 or from 128 on.
    init(width: Int, isInkLight: Bool) {
        self.width = width
        self.isInkLight = isInkLight
        scratch = [UInt8](repeating: 0, count: (width + 7) / 8 * 8)
        edges = [UInt32](repeating: 0, count: width + 1)
    }

    /// False once there were more than `mostRuns`; the counts are then of no use.
    var isComplete: Bool { runs <= Self.mostRuns }

    /// Takes row `y` of levels.
    mutating func read(_ levels: Span<UInt8>, _ y: Int) {
        precondition(levels.count == width)
        if !isComplete { return }
        let count = unsafe levels.withUnsafeBufferPointer { levels in
            guard let from = levels.baseAddress else { return 0 }
            return unsafe pk_class_edges_row(from, width, 128, isInkLight ? 1 : 0, &scratch, &edges)
        }
        runs += count / 2
        current.removeAll(keepingCapacity: true)
        // The first run above that can touch the next run of this row.
        var above = 0
        for i in stride(from: 0, to: count, by: 2) {
            let (begin, end) = (edges[i], edges[i + 1])
            while above < previous.count, previous[above].end < begin { above += 1 }
            var root = ComponentList.none
            var touching = above
            while touching < previous.count, previous[touching].begin <= end {
                let other = list.find(previous[touching].component)
                if root == ComponentList.none {
                    root = other
                } else if root != other {
                    root = list.unite(root, other)
                    components -= 1
                }
                touching += 1
            }
            if root == ComponentList.none {
                root = list.make()
                components += 1
            }
            list.add(row: y, begin: begin, end: end, to: root)
            current.append(RowRun(begin: begin, end: end, component: root))
        }
        for i in current.indices {
            current[i].component = list.find(current[i].component)
            list.touch(current[i].component, row: y)
        }
        finish(height: y)
        swap(&previous, &current)
    }

    /// Ends the pieces that have no pixel in row `height`.
    mutating func finish(height: Int) {
        for run in previous {
            var isSpeck = false
            list.finish(list.find(run.component), row: height) { _ in isSpeck = true }
            if isSpeck { specks += 1 }
        }
        list.endRow()
    }
}
