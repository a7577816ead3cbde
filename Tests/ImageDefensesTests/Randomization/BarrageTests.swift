import ImageDefenses
import PixelCore
import Testing

@Suite("Barrage")
struct BarrageTests {
    @Test("every draw of every seed can be applied, and keeps the shape", arguments: 1...6)
    func seeds(draws: Int) throws {
        let barrage = try Barrage(parameters: ["draws": .integer(draws)])
        for (width, height, channels) in [(23, 13, 3), (16, 24, 1)] {
            let shape = try #require(PixelShape(width: width, height: height, channels: channels))
            var results: Set<[UInt8]> = []
            for seed in 1...20 as ClosedRange<UInt8> {
                var pixels = TestImage.random(shape, seed: 9)
                var context = DefenseContext(generator: ChaChaGenerator(key: [seed, UInt8(draws)]))
                try barrage.apply(to: &pixels, context: &context)
                #expect(pixels.shape == shape)
                results.insert(TestImage.samples(pixels))
            }
            #expect(results.count > 12)
        }
    }

    @Test("inside a pipeline the image that it was given stays as it was")
    func pipeline() throws {
        let shape = try #require(PixelShape(width: 37, height: 21, channels: 3))
        let image = Image(TestImage.random(shape, seed: 9))
        let before = TestImage.samples(image.makeBuffer())
        let pipeline = DefensePipeline(
            name: "twice", steps: [try DefenseCatalogue.parse("barrage(6)"), try DefenseCatalogue.parse("barrage(2)")])
        for seed in 1...10 as ClosedRange<UInt8> {
            var context = DefenseContext(generator: ChaChaGenerator(key: [seed]))
            let result = try pipeline.apply(to: image, context: &context)
            #expect(TestImage.samples(image.makeBuffer()) == before)
            #expect(TestImage.samples(result.makeBuffer()) != before)
        }
    }
}
