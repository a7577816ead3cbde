import PixelCore
import Testing

@Suite("NearestName")
struct NearestNameTests {
    private static let names = ["bit-depth", "median", "jpeg", "gaussian-noise"]

    @Test(
        "suggests what was most likely meant",
        arguments: [
            ("bitdepth", "bit-depth"), ("bit_depth", "bit-depth"), ("Median", "median"), ("medain", "median"),
            ("jpg", "jpeg"), ("gausian-noise", "gaussian-noise"),
        ])
    func suggests(typed: String, meant: String) {
        #expect(NearestName.nearest(to: typed, in: Self.names) == meant)
    }

    @Test("suggests nothing for what resembles nothing", arguments: ["", "x", "wavelet-shrinkage", "zzzzzz"])
    func silent(typed: String) {
        #expect(NearestName.nearest(to: typed, in: Self.names) == nil)
    }

    @Test("does not measure names of more than 64 characters")
    func bounded() {
        let long = String(repeating: "a", count: 65)
        #expect(NearestName.nearest(to: long, in: [long]) == nil)
    }

    @Test("has nothing to suggest from nothing")
    func empty() {
        #expect(NearestName.nearest(to: "median", in: []) == nil)
    }
}
