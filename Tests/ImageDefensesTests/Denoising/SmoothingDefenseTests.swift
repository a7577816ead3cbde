import ImageDefenses
import PixelCore
import PixelKernels
import Testing

@Suite("GaussianBlur and TotalVariationDenoising")
struct SmoothingDefenseTests {
    private static func apply(_ shortForm: String, to pixels: inout PixelBuffer) throws {
        var context = DefenseContext(generator: ChaChaGenerator(key: []))
        try DefenseCatalogue.parse(shortForm).apply(to: &pixels, context: &context)
    }

    /// Mean absolute difference of horizontal neighbours.
    private static func roughness(_ samples: [UInt8], _ shape: PixelShape) -> Double {
        var sum = 0
        for i in 0..<samples.count - shape.channels {
            sum += abs(Int(samples[i + shape.channels]) - Int(samples[i]))
        }
        return Double(sum) / Double(samples.count)
    }

    @Test("a larger strength smooths more", arguments: ["gaussian", "total-variation"], [1, 3])
    func strength(name: String, channels: Int) throws {
        let shape = try #require(PixelShape(width: 40, height: 31, channels: channels))
        var weak = TestImage.random(shape, seed: 3)
        var strong = TestImage.random(shape, seed: 3)
        let before = Self.roughness(TestImage.samples(weak), shape)
        try Self.apply("\(name)(0.3)", to: &weak)
        try Self.apply("\(name)(2)", to: &strong)
        let weakAfter = Self.roughness(TestImage.samples(weak), shape)
        let strongAfter = Self.roughness(TestImage.samples(strong), shape)
        #expect(weakAfter < before)
        #expect(strongAfter < weakAfter)
    }

    @Test("total variation writes the kernel's values, rounded half to even")
    func rounding() throws {
        let shape = try #require(PixelShape(width: 21, height: 17, channels: 3))
        var pixels = TestImage.random(shape, seed: 8)
        let before = TestImage.samples(pixels)
        try Self.apply("total-variation(0.2,60)", to: &pixels)
        let after = TestImage.samples(pixels)
        for c in 0..<3 {
            let exact = VariationReference.denoise(before.span, shape: shape, channel: c, weight: 0.2, limit: 60).values
            let largest = exact.indices.map { abs(Double(after[3 * $0 + c]) - 255 * exact[$0]) }.max() ?? 1
            #expect(largest < 0.503)
        }
    }

    @Test("the conventions of scipy and OpenCV differ")
    func conventions() throws {
        let shape = try #require(PixelShape(width: 20, height: 20, channels: 1))
        var scipy = TestImage.random(shape, seed: 9)
        var opencv = TestImage.random(shape, seed: 9)
        try Self.apply("gaussian(1.5)", to: &scipy)
        try Self.apply("gaussian(1.5,opencv)", to: &opencv)
        #expect(TestImage.samples(scipy) != TestImage.samples(opencv))
    }
}
