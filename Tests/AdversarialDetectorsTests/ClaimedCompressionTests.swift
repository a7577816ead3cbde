import AdversarialDetectors
import ImageCodecs
import Testing

@Suite("ClaimedCompression")
struct ClaimedCompressionTests {
    private static func stratum(_ luma: [UInt16]?) -> String {
        ClaimedCompression.stratum(
            of: TestSubject.facts {
                $0.format = .jpeg
                $0.quantization = luma.map { QuantizationFacts(luma: $0, chroma: nil, factors: [(1, 1)]) }
            })
    }

    @Test("a PNG is a PNG")
    func png() {
        #expect(ClaimedCompression.stratum(of: TestSubject.facts()) == "png")
    }

    @Test(
        "a JPEG's band follows the quality of its luma table",
        arguments: [
            (1, "jpeg-low"), (50, "jpeg-low"), (79, "jpeg-low"), (80, "jpeg-mid"), (91, "jpeg-mid"), (92, "jpeg-high"),
            (100, "jpeg-high"),
        ])
    func bands(quality: Int, expected: String) {
        #expect(Self.stratum(StandardQuantization.luma(quality: quality)) == expected)
    }

    @Test("a table of a maker's own goes with the quality whose steps sum up nearest")
    func ownTable() {
        var table = StandardQuantization.luma(quality: 85)
        table[10] += 2
        #expect(Self.stratum(table) == "jpeg-mid")
    }

    @Test("a JPEG without a luma table is a stratum of its own")
    func unknown() {
        #expect(Self.stratum(nil) == "jpeg-unknown")
    }
}
