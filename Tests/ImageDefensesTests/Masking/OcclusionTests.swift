import ImageDefenses
import PixelCore
import Testing

@Suite("Occlusion")
struct OcclusionTests {
    private static func apply(_ shortForm: String, to samples: [UInt8], _ shape: PixelShape) throws -> [UInt8] {
        var pixels = TestImage.make(shape, samples)
        var context = DefenseContext(generator: ChaChaGenerator(key: [1]))
        try DefenseCatalogue.parse(shortForm).apply(to: &pixels, context: &context)
        return TestImage.samples(pixels)
    }

    // The mean of 0...15 is 7.5, which rounds up.
    @Test("covers the box with the image's mean and nothing else")
    func quadrant() throws {
        let shape = try #require(PixelShape(width: 4, height: 4, channels: 1))
        let after = try Self.apply("occlude(50,0,50,50)", to: Array(0..<16), shape)
        #expect(after == [0, 1, 8, 8, 4, 5, 8, 8, 8, 9, 10, 11, 12, 13, 14, 15])
    }

    @Test("takes the mean of each channel for itself")
    func colour() throws {
        let shape = try #require(PixelShape(width: 2, height: 1, channels: 3))
        #expect(
            try Self.apply("occlude(0,0,50,100)", to: [0, 10, 20, 100, 20, 255], shape) == [50, 15, 138, 100, 20, 255])
    }

    // 70,000 rows of 200, 30,000 of 100: sums are carried over from one band of rows to the next.
    @Test("takes the mean of an image of any height")
    func tall() throws {
        let shape = try #require(PixelShape(width: 1, height: 100_000, channels: 1))
        let before = [UInt8](repeating: 200, count: 70_000) + [UInt8](repeating: 100, count: 30_000)
        let after = try Self.apply("occlude(0,99,100,1)", to: before, shape)
        #expect(after.suffix(1000).allSatisfy { $0 == 170 })
    }

    @Test("covers with a level where one is named", arguments: [("black", UInt8(0)), ("grey", 128), ("white", 255)])
    func level(fill: String, level: UInt8) throws {
        let shape = try #require(PixelShape(width: 2, height: 2, channels: 1))
        #expect(try Self.apply("occlude(0,0,50,50,\(fill))", to: [9, 8, 7, 6], shape) == [level, 8, 7, 6])
    }

    @Test(
        "the box is rounded outwards, cut at the edges and never empty",
        arguments: [
            ("occlude(0,0,50,50)", 5, 3, [0, 0, 3, 2]), ("occlude(50,50,50,50)", 5, 3, [2, 1, 3, 2]),
            ("occlude(99,99,1,1)", 5, 3, [4, 2, 1, 1]), ("occlude(80,0,100,100)", 10, 4, [8, 0, 2, 4]),
            ("occlude(0,0,100,100)", 7, 7, [0, 0, 7, 7]), ("occlude(50,50,10,10)", 1, 1, [0, 0, 1, 1]),
        ])
    func box(shortForm: String, width: Int, height: Int, expected: [Int]) throws {
        let shape = try #require(PixelShape(width: width, height: height, channels: 1))
        let defense = try #require(try DefenseCatalogue.parse(shortForm) as? Occlusion)
        let box = try #require(defense.box(on: shape))
        #expect([box.x, box.y, box.width, box.height] == expected)
        let before = [UInt8](repeating: 1, count: shape.sampleCount)
        let covered = try Self.apply(shortForm.dropLast() + ",white)", to: before, shape)
        #expect(covered.count { $0 == 255 } == box.width * box.height)
    }
}
