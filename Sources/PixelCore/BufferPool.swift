/// Arrays that one step of a pipeline lets go and the next takes up again, so that nothing is reallocated between steps.
///
/// Belongs to one task. What it hands out holds whatever its last user left there.
package struct BufferPool: Sendable {
    /// Arrays of each kind that are kept; more are freed.
    private static let kept = 6

    private var bytes: [[UInt8]] = []
    private var floats: [[Float]] = []
    private var words: [[UInt32]] = []

    /// An empty pool.
    package init() {}

    /// `count` bytes of any value.
    package mutating func takeBytes(_ count: Int) -> [UInt8] { Self.take(count, from: &bytes, filler: 0) }

    /// `count` floats of any value.
    package mutating func takeFloats(_ count: Int) -> [Float] { Self.take(count, from: &floats, filler: 0) }

    /// `count` 32-bit words of any value.
    package mutating func takeWords(_ count: Int) -> [UInt32] { Self.take(count, from: &words, filler: 0) }

    /// Takes back what nobody else holds.
    package mutating func give(_ array: consuming [UInt8]) { Self.give(array, to: &bytes) }

    /// Takes back what nobody else holds.
    package mutating func give(_ array: consuming [Float]) { Self.give(array, to: &floats) }

    /// Takes back what nobody else holds.
    package mutating func give(_ array: consuming [UInt32]) { Self.give(array, to: &words) }

    /// Lets the arrays of floats and words go.
    package mutating func freeNumbers() {
        floats = []
        words = []
    }

    private static func take<Element>(_ count: Int, from free: inout [[Element]], filler: Element) -> [Element] {
        // The smallest that is large enough, so that a small request does not use a large array up.
        var best: Int?
        for i in free.indices where free[i].capacity >= count {
            if best.map({ free[i].capacity < free[$0].capacity }) ?? true { best = i }
        }
        guard let best else {
            // The largest that is too small makes room, so that a hungry step replaces what an earlier one held.
            if let largest = free.indices.max(by: { free[$0].capacity < free[$1].capacity }) {
                free.remove(at: largest)
            }
            return [Element](repeating: filler, count: count)
        }
        var array = free.remove(at: best)
        if array.count > count { array.removeLast(array.count - count) }
        if array.count < count { array.append(contentsOf: repeatElement(filler, count: count - array.count)) }
        return array
    }

    private static func give<Element>(_ array: consuming [Element], to free: inout [[Element]]) {
        if free.count < kept, array.capacity > 0 { free.append(array) }
    }
}
