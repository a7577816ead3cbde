/// So many of so many, with its exact 95 % interval.
package struct Proportion: Hashable, Sendable {
    /// How many.
    package let count: Int
    /// Of how many.
    package let total: Int

    /// `count` of `total`; `count` lies inside `0...total`.
    package init(_ count: Int, of total: Int) {
        precondition(total >= 0 && (0...total).contains(count), "count lies inside 0...total")
        self.count = count
        self.total = total
    }

    /// The share; nil of nothing.
    package var share: Double? { total > 0 ? Double(count) / Double(total) : nil }

    /// The two-sided 95 % Clopper–Pearson interval; 0...1 of nothing.
    package var interval: (low: Double, high: Double) { ClopperPearson.interval(successes: count, of: total) }

    /// `0.985 [0.970, 0.994] 467/474`, or `- 0/0` of nothing.
    package var text: String {
        guard let share else { return "- 0/0" }
        let (low, high) = interval
        return "\(Decimals.fixed(share, 3)) [\(Decimals.fixed(low, 3)), \(Decimals.fixed(high, 3))] \(count)/\(total)"
    }

    /// Both counts added.
    package static func + (a: Proportion, b: Proportion) -> Proportion {
        Proportion(a.count + b.count, of: a.total + b.total)
    }
}
