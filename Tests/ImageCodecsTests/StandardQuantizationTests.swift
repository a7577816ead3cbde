import ImageCodecs
import Testing

@Suite("StandardQuantization")
struct StandardQuantizationTests {
    /// Sums of the 64 entries as libjpeg writes them.
    private static let sums = [
        (10, 12_560, 15_110), (20, 9056, 13_790), (40, 4616, 6897), (50, 3688, 5505), (60, 2952, 4395),
        (75, 1858, 2780), (80, 1477, 2221), (90, 736, 1110), (95, 369, 558),
    ]

    @Test("tables sum up to what libjpeg's do", arguments: sums)
    func tableSums(quality: Int, luma: Int, chroma: Int) {
        #expect(StandardQuantization.luma(quality: quality).reduce(0) { $0 + Int($1) } == luma)
        #expect(StandardQuantization.chroma(quality: quality).reduce(0) { $0 + Int($1) } == chroma)
    }

    @Test("first rows are libjpeg's")
    func firstRows() {
        #expect(StandardQuantization.luma(quality: 75).prefix(8) == [8, 6, 5, 8, 12, 20, 26, 31])
        #expect(StandardQuantization.luma(quality: 90).prefix(8) == [3, 2, 2, 3, 5, 8, 10, 12])
    }

    @Test("the nearest quality of a quality's own sum is that quality", arguments: StandardQuantization.qualities)
    func nearest(quality: Int) {
        let sum = StandardQuantization.luma(quality: quality).reduce(0) { $0 + Int($1) }
        #expect(StandardQuantization.nearestQuality(lumaSum: sum) == quality)
    }
}
