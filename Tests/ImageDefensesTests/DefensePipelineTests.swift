import ImageDefenses
import PixelCore
import Testing

@Suite("DefensePipeline")
struct DefensePipelineTests {
    private static func context(_ flag: CancellationFlag = CancellationFlag()) -> DefenseContext {
        DefenseContext(generator: ChaChaGenerator(key: [1]), cancellation: flag)
    }

    @Test("no step gives the very image back")
    func empty() throws {
        let shape = try #require(PixelShape(width: 4, height: 4, channels: 1))
        let image = Image(TestImage.random(shape, seed: 1))
        var context = Self.context()
        #expect(try DefensePipeline(name: "none", steps: []).apply(to: image, context: &context) === image)
    }

    @Test("steps apply in their order, and the image is untouched")
    func order() throws {
        let shape = try #require(PixelShape(width: 4, height: 4, channels: 1))
        let image = Image(TestImage.random(shape, seed: 1))
        let before = TestImage.samples(image.makeBuffer())
        let steps = [try DefenseCatalogue.parse("area-resize(2,2)"), try DefenseCatalogue.parse("bit-depth(1)")]
        var context = Self.context()
        let result = try DefensePipeline(name: "both", steps: steps).apply(to: image, context: &context)
        #expect(result.shape.pixelCount == 4)
        #expect(Set(TestImage.samples(result.makeBuffer())).isSubset(of: [0, 255]))
        #expect(TestImage.samples(image.makeBuffer()) == before)
    }

    @Test("is deterministic when no step is randomized")
    func deterministic() throws {
        #expect(try DefenseCatalogue.pipeline("median(2)").isDeterministic)
        #expect(try !DefenseCatalogue.pipeline("gaussian-noise(0.02)").isDeterministic)
    }

    @Test("a raised flag stops it before a step")
    func cancels() throws {
        let shape = try #require(PixelShape(width: 4, height: 4, channels: 1))
        let image = Image(TestImage.random(shape, seed: 1))
        let flag = CancellationFlag()
        flag.raise()
        let pipeline = try DefenseCatalogue.pipeline("median(2)")
        #expect(throws: DefenseError.cancelled) {
            var context = Self.context(flag)
            return try pipeline.apply(to: image, context: &context)
        }
    }
}
