import RobustnessEvaluation
import Testing

/// Expected intervals: scipy.stats.beta.ppf with the parameters of E. L. Korn, B. I. Graubard, 1998.
@Suite("Proportion")
struct ProportionTests {
    private struct Item {
        let source: String?
        let holds: Bool
    }

    private static func items(_ groups: (String?, hits: Int, of: Int)...) -> [Item] {
        groups.flatMap { group in
            (0..<group.of).map { Item(source: group.0, holds: $0 < group.hits) }
        }
    }

    private static func proportion(_ items: [Item]) -> Proportion { Proportion(of: items, source: \.source, \.holds) }

    @Test("items of one source count for fewer")
    func clustered() {
        let proportion = Self.proportion(Self.items(("a", 2, 4), ("b", 4, 4), ("c", 1, 4)))
        #expect(proportion.count == 7 && proportion.total == 12)
        #expect(abs(proportion.effectiveTotal - 5) < 1e-12)
        #expect(abs(proportion.interval.low - 0.137_202_026_032_839_54) < 1e-12)
        #expect(abs(proportion.interval.high - 0.941_075_652_957_200_7) < 1e-12)
    }

    @Test("where all agree there are as many items as sources", arguments: [0, 3])
    func unanimous(hits: Int) {
        let proportion = Self.proportion(Self.items(("a", hits, 3), ("b", hits, 3), (nil, hits == 0 ? 0 : 1, 1)))
        let plain = Proportion(hits == 0 ? 0 : 3, of: 3)
        #expect(proportion.effectiveTotal == 3)
        #expect(abs(proportion.interval.low - plain.interval.low) < 1e-12)
        #expect(abs(proportion.interval.high - plain.interval.high) < 1e-12)
    }

    @Test("items without a source, and sources with one item each, are independent")
    func independent() {
        let plain = Proportion(3, of: 5)
        #expect(Self.proportion(Self.items((nil, 3, 5))) == plain)
        #expect(Self.proportion(Self.items(("a", 1, 1), ("b", 1, 1), ("c", 1, 1), ("d", 0, 1), (nil, 0, 1))) == plain)
        #expect(Self.proportion([]) == Proportion(0, of: 0))
    }

    @Test("the order of items and sources does not show, and sources that differ less than chance gain nothing")
    func orders() {
        let items = Self.items(("a", 2, 4), ("b", 4, 5), ("c", 1, 7), ("d", 0, 2), (nil, 1, 3))
        #expect(Self.proportion(items) == Self.proportion(items.reversed()))
        #expect(Self.proportion(Self.items(("a", 2, 4), ("b", 2, 4))).effectiveTotal == 8)
    }

    @Test("of one source the interval is nearly everything")
    func one() {
        let (low, high) = Self.proportion(Self.items(("a", 2, 4))).interval
        #expect(low < 0.01 && high > 0.98)
    }
}
