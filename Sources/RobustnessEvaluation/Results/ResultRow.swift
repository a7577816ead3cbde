/// One checked or informational figure of a result table.
package struct ResultRow: Hashable, Sendable {
    /// Which way a figure must lie from its target.
    package enum Direction: String, Hashable, Sendable {
        case atLeast = "at_least"
        case atMost = "at_most"
    }

    /// What a figure is held to: the ratio where there is one, else the value.
    package struct Target: Hashable, Sendable {
        /// The bound itself.
        package let value: Double
        /// Which side of it is good.
        package let direction: Direction

        /// At least `value`.
        package static func atLeast(_ value: Double) -> Target { Target(value: value, direction: .atLeast) }
        /// At most `value`.
        package static func atMost(_ value: Double) -> Target { Target(value: value, direction: .atMost) }
    }

    /// What somebody else's software does in the same run.
    package struct Peer: Hashable, Sendable {
        /// Its name and version.
        package let name: String
        /// Its figure, in the unit of the row.
        package let value: Double
        /// Ours against the peer's; more than 1 means that we are better.
        package let ratio: Double?
        /// The ends of the ratio's 95 % interval, low and high; empty when there is none.
        package let ratioInterval: [Double]

        /// A peer's figure. The ratio is nil when the two are not to be divided.
        package init(name: String, value: Double, ratio: Double?, ratioInterval: (low: Double, high: Double)? = nil) {
            self.name = name
            self.value = value
            self.ratio = ratio
            self.ratioInterval = ratioInterval.map { [$0.low, $0.high] } ?? []
        }
    }

    /// What was measured.
    package var name: String
    /// The measurement.
    package var value: Double
    /// Its unit: `share`, `ms`, `µs`, `images/s`.
    package var unit: String
    /// The 95 % interval; nil when there is none.
    package var interval: (low: Double, high: Double)?
    /// The same figure of somebody else's software; nil when there is none.
    package var peer: Peer?
    /// What the figure is held to; nil for an informational row.
    package var target: Target?
    /// For work on memory, the share of the speed at which as many bytes could be copied in the same run; nil elsewhere.
    package var memoryShare: Double?

    /// A row, each member named.
    package init(
        name: String, value: Double, unit: String, interval: (low: Double, high: Double)? = nil, peer: Peer? = nil,
        target: Target? = nil, memoryShare: Double? = nil
    ) {
        self.name = name
        self.value = value
        self.unit = unit
        self.interval = interval
        self.peer = peer
        self.target = target
        self.memoryShare = memoryShare
    }

    /// A row for a proportion, with its interval; nil of nothing.
    package init?(name: String, _ proportion: Proportion, peer: Peer? = nil, target: Target? = nil) {
        guard let share = proportion.share else { return nil }
        self.init(
            name: name, value: share, unit: "share", interval: proportion.interval, peer: peer, target: target)
    }

    /// Whether the target is met; nil for an informational row.
    package var isMet: Bool? {
        guard let target else { return nil }
        let figure = peer?.ratio ?? value
        return target.direction == .atLeast ? figure >= target.value : figure <= target.value
    }

    /// True when every number can be written as JSON.
    var isFinite: Bool {
        [value, interval?.low, interval?.high, peer?.value, peer?.ratio, target?.value, memoryShare]
            .allSatisfy { $0.map(\.isFinite) != false } && peer?.ratioInterval.allSatisfy(\.isFinite) != false
    }

    /// Equal members.
    package static func == (a: ResultRow, b: ResultRow) -> Bool {
        a.name == b.name && a.value == b.value && a.unit == b.unit && a.interval?.low == b.interval?.low
            && a.interval?.high == b.interval?.high && a.peer == b.peer && a.target == b.target
            && a.memoryShare == b.memoryShare
    }

    /// Hashes what names the row.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(value)
    }
}
