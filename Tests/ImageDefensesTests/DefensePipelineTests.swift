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

    @Test("a step with a region changes that box alone, as it would change the box by itself")
    func regional() throws {
        let shape = try #require(PixelShape(width: 40, height: 30, channels: 3))
        let image = Image(TestImage.random(shape, seed: 5))
        let box = RegionBox(name: "r", x: .pixels(2), y: .pixels(3), width: .pixels(9), height: .fraction(0.5))
        let region = try #require(box.region(on: shape, page: shape))
        let median = try DefenseCatalogue.parse("median(3)")
        let pipeline = DefensePipeline(name: "p", placed: [DefensePipeline.Step(median, in: box)])
        var context = Self.context()
        let result = try pipeline.apply(to: image, context: &context).makeBuffer()
        let storage = [UInt8](repeating: 0, count: region.width * region.height * 3)
        guard var part = image.makeBuffer().cropped(to: region, into: storage) else {
            Issue.record("the region is inside")
            return
        }
        try median.apply(to: &part, context: &context)
        var expected = image.makeBuffer()
        let fits = expected.paste(part, at: region)
        #expect(fits)
        #expect(TestImage.samples(result) == TestImage.samples(expected))
    }

    @Test("point operations of one region fuse, of different ones do not")
    func regionalFusion() throws {
        let box = RegionBox(name: "r", x: .pixels(0), y: .pixels(0), width: .pixels(5), height: .pixels(5))
        let bits = try DefenseCatalogue.parse("bit-depth(3)")
        let steps = [DefensePipeline.Step(bits), .init(bits, in: box), .init(bits, in: box)]
        #expect(DefensePipeline(name: "p", placed: steps).passCount == 2)
    }

    @Test("a region without a pixel on the image is an error that names it")
    func regionOutside() throws {
        let shape = try #require(PixelShape(width: 4, height: 4, channels: 1))
        let box = RegionBox(name: "amount", x: .pixels(9), y: .pixels(0), width: .pixels(5), height: .pixels(5))
        let step = DefensePipeline.Step(try DefenseCatalogue.parse("median(2)"), in: box)
        #expect(throws: DefenseError.region("amount")) {
            var context = Self.context()
            return try DefensePipeline(name: "p", placed: [step])
                .apply(to: Image(TestImage.random(shape, seed: 1)), context: &context)
        }
    }
}
