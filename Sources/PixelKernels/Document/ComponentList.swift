/// Connected components of the rows seen so far that may still grow, with the runs of those that are still small.
///
/// A union-find over recycled slots. A component larger than the limit keeps no runs, so that the memory is 16 bytes for
/// each run of small unfinished components, at most limit · width / 2 of them, and some bytes for each run of two rows.
struct ComponentList {
    /// Pixels begin..<end of a row.
    struct Run {
        let row: UInt32
        let begin: UInt32
        let end: UInt32
        /// The next run of the same component, or none.
        fileprivate(set) var next: UInt32
    }

    private struct Component {
        var parent: UInt32
        /// Pixels, exact up to the limit and above it when above it.
        var area: UInt32
        var head: UInt32
        var tail: UInt32
        /// The row that last touched it, plus one.
        var lastRow: UInt32
    }

    static let none = UInt32.max
    private let limit: UInt32
    private var components: [Component] = []
    private var freeComponents: [UInt32] = []
    private var merged: [UInt32] = []
    private var runs: [Run] = []
    private var freeRuns: [UInt32] = []

    /// A list that keeps the runs of components of at most `limit` pixels.
    init(limit: Int) {
        self.limit = UInt32(clamping: limit)
    }

    /// A new component without pixels.
    mutating func make() -> UInt32 {
        let slot: UInt32
        if let free = freeComponents.popLast() {
            slot = free
        } else {
            slot = UInt32(components.count)
            components.append(Component(parent: 0, area: 0, head: 0, tail: 0, lastRow: 0))
        }
        components[Int(slot)] = Component(parent: slot, area: 0, head: Self.none, tail: Self.none, lastRow: 0)
        return slot
    }

    /// The component that `slot` has become part of.
    mutating func find(_ slot: UInt32) -> UInt32 {
        var slot = slot
        while components[Int(slot)].parent != slot {
            let grandparent = components[Int(components[Int(slot)].parent)].parent
            components[Int(slot)].parent = grandparent
            slot = grandparent
        }
        return slot
    }

    /// Adds the pixels begin..<end of `row` to the component `root`.
    mutating func add(row: Int, begin: UInt32, end: UInt32, to root: UInt32) {
        let index = Int(root)
        let area = components[index].area
        if area > limit { return }
        if end - begin > limit - area {
            giveUp(index)
            return
        }
        components[index].area = area + (end - begin)
        let run = Run(row: UInt32(row), begin: begin, end: end, next: components[index].head)
        let slot: UInt32
        if let free = freeRuns.popLast() {
            slot = free
            runs[Int(free)] = run
        } else {
            slot = UInt32(runs.count)
            runs.append(run)
        }
        if components[index].head == Self.none { components[index].tail = slot }
        components[index].head = slot
    }

    /// Makes one component of two roots and returns its root.
    mutating func unite(_ a: UInt32, _ b: UInt32) -> UInt32 {
        if a == b { return a }
        let (parent, child) = (Int(a), Int(b))
        let (first, second) = (components[parent].area, components[child].area)
        if first > limit || second > limit || first + second > limit {
            if first <= limit { giveUp(parent) }
            if second <= limit { giveUp(child) }
        } else if components[child].head != Self.none {
            if components[parent].head == Self.none {
                components[parent].head = components[child].head
                components[parent].tail = components[child].tail
            } else {
                runs[Int(components[parent].tail)].next = components[child].head
                components[parent].tail = components[child].tail
            }
            components[parent].area = first + second
        }
        components[child].parent = a
        merged.append(b)
        return a
    }

    /// Notes that `root` has pixels in `row`.
    mutating func touch(_ root: UInt32, row: Int) {
        components[Int(root)].lastRow = UInt32(row) + 1
    }

    /// Gives `body` the runs of `root`, one after the other, and lets the component go, when it has no pixel in `row`, is
    /// small and was not let go before.
    mutating func finish(_ root: UInt32, row: Int, _ body: (Run) -> Void) {
        let index = Int(root)
        if components[index].lastRow == UInt32(row) + 1 { return }
        touch(root, row: row)
        if components[index].area <= limit {
            var slot = components[index].head
            while slot != Self.none {
                body(runs[Int(slot)])
                slot = runs[Int(slot)].next
            }
            freeAll(of: index)
        }
        freeComponents.append(root)
    }

    /// Ends a row: no run refers to merged slots any more.
    mutating func endRow() {
        freeComponents.append(contentsOf: merged)
        merged.removeAll(keepingCapacity: true)
    }

    /// Makes a component a large one.
    private mutating func giveUp(_ index: Int) {
        freeAll(of: index)
        components[index].area = limit + 1
    }

    private mutating func freeAll(of index: Int) {
        var slot = components[index].head
        while slot != Self.none {
            freeRuns.append(slot)
            slot = runs[Int(slot)].next
        }
        components[index].head = Self.none
        components[index].tail = Self.none
    }
}
