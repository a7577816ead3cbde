import PixelCore
import Testing

@Suite("Region")
struct RegionTests {
    @Test(
        "knows whether it lies inside an image of 10 by 5",
        arguments: [
            (0, 0, 10, 5, true), (9, 4, 1, 1, true), (9, 4, 2, 1, false), (0, 0, 10, 6, false), (10, 0, 1, 1, false),
        ])
    func inside(x: Int, y: Int, width: Int, height: Int, expected: Bool) throws {
        let shape = try #require(PixelShape(width: 10, height: 5, channels: 1))
        let region = try #require(Region(x: x, y: y, width: width, height: height))
        #expect(region.isInside(shape) == expected)
    }

    @Test(
        "refuses negative corners, empty sides and far edges that overflow",
        arguments: [(-1, 0, 1, 1), (0, -1, 1, 1), (0, 0, 0, 1), (0, 0, 1, 0), (Int.max, 0, 1, 1), (0, 1, 1, Int.max)])
    func refuses(x: Int, y: Int, width: Int, height: Int) {
        #expect(Region(x: x, y: y, width: width, height: height) == nil)
    }
}
