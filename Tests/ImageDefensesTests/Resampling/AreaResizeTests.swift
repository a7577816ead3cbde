import ImageDefenses
import PixelCore
import Testing

@Suite("AreaResize")
struct AreaResizeTests {
    private static func resized(_ samples: [UInt8], width: Int, to size: (Int, Int)) throws -> [UInt8] {
        let shape = try #require(PixelShape(width: width, height: samples.count / width, channels: 1))
        var pixels = TestImage.make(shape, samples)
        var context = DefenseContext(generator: ChaChaGenerator(key: []))
        let resize = try AreaResize(parameters: ["width": .integer(size.0), "height": .integer(size.1)])
        try resize.apply(to: &pixels, context: &context)
        #expect(pixels.shape.width == size.0 && pixels.shape.height == size.1)
        return TestImage.samples(pixels)
    }

    @Test("G of 8 by 8 at 3 by 3 equals OpenCV's INTER_AREA, rounded")
    func golden() throws {
        let g = (0..<64).map { index in
            let (i, j) = (index / 8, index % 8)
            return UInt8((37 * i * i + 91 * j + 53 * i * j) % 256)
        }
        #expect(try Self.resized(g, width: 8, to: (3, 3)) == [91, 136, 120, 95, 101, 95, 118, 133, 148])
    }

    @Test("the size it has already changes nothing")
    func identity() throws {
        #expect(try Self.resized([1, 2, 3, 4], width: 2, to: (2, 2)) == [1, 2, 3, 4])
    }

    // Every eighth pixel carries the target of an image-scaling attack; nearest-neighbour scaling would read only
    // those.
    @Test("planted pixels have no more weight than their area")
    func scalingAttack() throws {
        var samples = [UInt8](repeating: 200, count: 64 * 64)
        for y in stride(from: 0, to: 64, by: 8) { for x in stride(from: 0, to: 64, by: 8) { samples[y * 64 + x] = 0 } }
        // 200 · 63/64 = 196.875.
        #expect(try Self.resized(samples, width: 64, to: (8, 8)).allSatisfy { $0 == 197 })
    }

    @Test("a result of more than 50 million pixels is refused")
    func bounded() {
        #expect(throws: DefenseError.shape(defense: "area-resize", width: 10_000, height: 5001)) {
            try AreaResize(parameters: ["width": .integer(10_000), "height": .integer(5001)])
        }
    }
}
