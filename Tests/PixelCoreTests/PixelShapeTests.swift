import PixelCore
import Testing

@Suite("PixelShape")
struct PixelShapeTests {
    @Test("counts its samples", arguments: [(1, 1, 1, 1), (3, 2, 3, 18), (5, 7, 1, 35)])
    func counts(width: Int, height: Int, channels: Int, samples: Int) throws {
        let shape = try #require(PixelShape(width: width, height: height, channels: channels))
        #expect(shape.sampleCount == samples)
        #expect(shape.pixelCount == width * height)
        #expect(shape.rowSamples == width * channels)
    }

    @Test(
        "refuses sides that are not positive, odd channel counts and overflow",
        arguments: [
            (0, 1, 1), (1, 0, 1), (-1, 1, 1), (1, 1, 0), (1, 1, 2), (1, 1, 4), (Int.max, 2, 1), (Int.max / 2, 1, 3),
        ])
    func refuses(width: Int, height: Int, channels: Int) {
        #expect(PixelShape(width: width, height: height, channels: channels) == nil)
    }
}
