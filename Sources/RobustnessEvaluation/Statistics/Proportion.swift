/// So many of so many, with its 95 % interval: exact, or wider where several come from one source.
package struct Proportion: Hashable, Sendable {
    /// How many.
    package let count: Int
    /// Of how many.
    package let total: Int
    /// As many independent ones would be known as well; at most `total`.
    package let effectiveTotal: Double

    /// `count` of `total`, all independent of each other; `count` lies inside `0...total`.
    package init(_ count: Int, of total: Int) {
        precondition(total >= 0 && (0...total).contains(count), "count lies inside 0...total")
        self.count = count
        self.total = total
        effectiveTotal = Double(total)
    }

    /// Those of `items` that hold. Items of one source stand or fall together more often than others: the interval is that of
    /// as many independent items as have the variance that is found between sources, or, where all items agree, of as many
    /// items as there are sources (E. L. Korn, B. I. Graubard, "Confidence Intervals for Proportions with Small Expected
    /// Number of Positive Counts Estimated from Survey Data", Survey Methodology 24, 1998, without their factor for few
    /// sources). An item without a source is one of its own.
    package init<Item>(of items: [Item], source: (Item) -> String?, _ holds: (Item) -> Bool) {
        var bySource: [String: (count: Int, total: Int)] = [:]
        var groups: [(count: Int, total: Int)] = []
        for item in items {
            let hit = holds(item) ? 1 : 0
            guard let name = source(item) else {
                groups.append((hit, 1))
                continue
            }
            bySource[name, default: (0, 0)].count += hit
            bySource[name, default: (0, 0)].total += 1
        }
        // In an order of their own, so that sums do not depend on a dictionary's.
        groups += bySource.sorted { $0.key < $1.key }.map(\.value)
        groups.sort { ($0.total, $0.count) < ($1.total, $1.count) }
        count = groups.reduce(0) { $0 + $1.count }
        total = items.count
        effectiveTotal = Self.effectiveTotal(of: groups, count: count, total: total)
    }

    private static func effectiveTotal(
        of groups: [(count: Int, total: Int)], count: Int, total: Int
    ) -> Double {
        let (n, sources) = (Double(total), Double(groups.count))
        guard groups.count < total else { return n }
        guard count > 0, count < total, groups.count > 1 else { return sources }
        let squares = groups.reduce(0.0) { sum, group in
            let distance = Double(group.count * total - count * group.total)
            return sum + distance * distance
        }
        let variance = squares / (n * n * n * n) * sources / (sources - 1)
        let share = Double(count) / n
        return variance > 0 ? min(n, share * (1 - share) / variance) : n
    }

    /// The share; nil of nothing.
    package var share: Double? { total > 0 ? Double(count) / Double(total) : nil }

    /// The two-sided 95 % Clopper–Pearson interval; 0...1 of nothing.
    package var interval: (low: Double, high: Double) {
        guard let share, effectiveTotal < Double(total) else {
            return ClopperPearson.interval(successes: count, of: total)
        }
        return ClopperPearson.interval(share: share, of: effectiveTotal)
    }

    /// `0.985 [0.970, 0.994] 467/474`, or `- 0/0` of nothing.
    package var text: String {
        guard let share else { return "- 0/0" }
        let (low, high) = interval
        return "\(Decimals.fixed(share, 3)) [\(Decimals.fixed(low, 3)), \(Decimals.fixed(high, 3))] \(count)/\(total)"
    }

    /// Both counts added, taken for independent.
    package static func + (a: Proportion, b: Proportion) -> Proportion {
        Proportion(a.count + b.count, of: a.total + b.total)
    }
}
