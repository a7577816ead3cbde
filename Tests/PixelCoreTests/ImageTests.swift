import PixelCore
import Testing

@Suite("Image")
struct ImageTests {
    @Test("keeps its samples when a buffer made from it changes")
    func sealed() throws {
        let shape = try #require(PixelShape(width: 2, height: 1, channels: 1))
        var pixels = PixelBuffer(shape: shape, filledWith: 1)
        pixels.withMutableSamples { $0[1] = 2 }
        let image = Image(pixels)
        var copy = image.makeBuffer()
        copy.withMutableSamples { $0[0] = 9 }
        #expect(image.withSamples { [$0[0], $0[1]] } == [1, 2])
        #expect(copy.withSamples { [$0[0], $0[1]] } == [9, 2])
        #expect(image.shape == shape)
    }
}
