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

    @Test("neighbouring point operations are one pass, and give what they give apart")
    func fused() throws {
        let names = ["bit-depth(5)", "bit-depth(3)", "median(3)", "bit-depth(2)", "bit-depth(1)"]
        let steps = try names.map { try DefenseCatalogue.parse($0) }
        let pipeline = DefensePipeline(name: "p", steps: steps)
        #expect(pipeline.passCount == 3)
        let shape = try #require(PixelShape(width: 40, height: 30, channels: 3))
        var pixels = TestImage.random(shape, seed: 3)
        let image = Image(pixels.copy())
        var context = DefenseContext(generator: ChaChaGenerator(key: []))
        let result = try pipeline.apply(to: image, context: &context)
        for step in steps { try step.apply(to: &pixels, context: &context) }
        let expected = TestImage.samples(pixels)
        #expect(result.withSamples { span in (0..<span.count).map { span[$0] } } == expected)
    }

    @Test("an image that a pipeline was applied to keeps its pixels, whatever is reused")
    func untouched() throws {
        let shape = try #require(PixelShape(width: 16, height: 16, channels: 1))
        let image = Image(TestImage.random(shape, seed: 9))
        let before = image.withSamples { span in (0..<span.count).map { span[$0] } }
        let pipeline = try DefensePipeline(
            name: "p", steps: ["median(3)", "median(2)", "random-resize-pad", "median(3)"].map(DefenseCatalogue.parse))
        var context = DefenseContext(generator: ChaChaGenerator(key: []))
        for _ in 0..<3 { _ = try pipeline.apply(to: image, context: &context) }
        #expect(image.withSamples { span in (0..<span.count).map { span[$0] } } == before)
    }
}
