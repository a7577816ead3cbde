import PixelCore
import PixelKernels
import Testing

@Suite("BlockMosaic")
struct BlockMosaicTests {
    @Test("every sample comes from the image that its block chose", arguments: TestImage.shapes, [1, 3])
    func copies(side: (width: Int, height: Int), channels: Int) throws {
        let shape = try #require(PixelShape(width: side.width, height: side.height, channels: channels))
        var generator = ChaChaGenerator(key: [2])
        let choices = BlockMosaic.draw(shape: shape, choices: 3, from: &generator)
        let columns = (side.width + 7) / 8
        #expect(choices.count == columns * ((side.height + 7) / 8))
        var output = [UInt8](repeating: 99, count: shape.sampleCount)
        for choice in 0..<3 as Range<UInt8> {
            let image = [UInt8](repeating: choice, count: shape.sampleCount)
            var span = output.mutableSpan
            BlockMosaic.copy(image.span, into: &span, shape: shape, choices: choices, choice: choice)
        }
        for i in output.indices {
            let (x, y) = (i / channels % side.width, i / channels / side.width)
            #expect(output[i] == choices[y / 8 * columns + x / 8])
        }
    }

    @Test("choices are uniform")
    func counts() throws {
        let shape = try #require(PixelShape(width: 800, height: 800, channels: 1))
        var generator = ChaChaGenerator(key: [2])
        let choices = BlockMosaic.draw(shape: shape, choices: 4, from: &generator)
        // A quarter of 10,000 each; four standard deviations are 174.
        for choice in 0..<4 as Range<UInt8> { #expect(abs(choices.count { $0 == choice } - 2500) < 174) }
    }
}
