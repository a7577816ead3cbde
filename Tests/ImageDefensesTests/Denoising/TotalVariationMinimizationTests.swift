import ImageDefenses
import PixelCore
import PixelKernels
import Testing

@Suite("TotalVariationMinimization")
struct TotalVariationMinimizationTests {
    @Test("draws one word for each sample, channel after channel, and writes the solver's values")
    func mask() throws {
        let shape = try #require(PixelShape(width: 19, height: 11, channels: 3))
        var pixels = TestImage.random(shape, seed: 8)
        let before = TestImage.samples(pixels)
        var context = DefenseContext(generator: ChaChaGenerator(key: [9]))
        try DefenseCatalogue.parse("total-variation-minimization(0.4,0.1,5)").apply(to: &pixels, context: &context)
        let after = TestImage.samples(pixels)
        var generator = ChaChaGenerator(key: [9])
        for c in 0..<3 {
            let kept = (0..<shape.pixelCount).map { _ in Double(generator.nextWord()) / 4_294_967_296 < 0.4 }
            let channel = stride(from: c, to: before.count, by: 3).map { Double(before[$0]) / 255 }
            let exact = MaskedVariationReference.rebuild(
                channel, kept: kept.map { $0 ? 1 : 0 }, width: shape.width, weight: 0.1, iterations: 5)
            let largest = exact.indices.map { abs(Double(after[3 * $0 + c]) - 255 * max(0, min(1, exact[$0]))) }.max()
            #expect(try #require(largest) < 0.503)
        }
        // The next defense goes on where this one stopped.
        #expect(context.generator.nextWord() == generator.nextWord())
    }

    @Test("a cancelled call leaves the generator alone")
    func cancelled() throws {
        let shape = try #require(PixelShape(width: 19, height: 11, channels: 1))
        let flag = CancellationFlag()
        flag.raise()
        var pixels = TestImage.random(shape, seed: 8)
        var context = DefenseContext(generator: ChaChaGenerator(key: [9]), cancellation: flag)
        let defense = try DefenseCatalogue.parse("total-variation-minimization")
        #expect(throws: DefenseError.cancelled) { try defense.apply(to: &pixels, context: &context) }
        var fresh = ChaChaGenerator(key: [9])
        #expect(context.generator.nextWord() == fresh.nextWord())
    }
}
