import AdversarialDetectors
import ImageCodecs
import Testing

@Suite("ClaimedCompression")
struct ClaimedCompressionTests {
    private static func stratum(sum: Int?) -> String {
        ClaimedCompression.stratum(
            of: TestSubject.facts {
                $0.format = .jpeg
                $0.luminanceTableSum = sum
            })
    }

    @Test("a PNG is a PNG")
    func png() {
        #expect(ClaimedCompression.stratum(of: TestSubject.facts()) == "png")
    }

    @Test(
        "a JPEG's band follows the sum of its luma table",
        arguments: [
            (16_320, "jpeg-low"), (3688, "jpeg-low"), (1858, "jpeg-low"), (1477, "jpeg-mid"), (736, "jpeg-mid"),
            (369, "jpeg-high"), (64, "jpeg-high"), (0, "jpeg-high"),
        ])
    func bands(sum: Int, expected: String) {
        #expect(Self.stratum(sum: sum) == expected)
    }

    @Test("a JPEG without a luma table is a stratum of its own")
    func unknown() {
        #expect(Self.stratum(sum: nil) == "jpeg-unknown")
    }
}
