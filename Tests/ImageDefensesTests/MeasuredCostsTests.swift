import Testing

@testable import ImageDefenses

@Suite("MeasuredCosts")
struct MeasuredCostsTests {
    @Test("every defense of the catalogue has a cost, and nothing else does; make bench ARGS='--only defense-cost'")
    func complete() {
        #expect(Set(MeasuredCosts.nanosecondsPerPixel.keys) == Set(DefenseCatalogue.descriptors.map(\.name)))
        #expect(MeasuredCosts.nanosecondsPerPixel.values.allSatisfy { $0 > 0 && $0 < 1e6 })
    }
}
