import ImageDefenses
import PixelCore
import Testing

@Suite("GaussianNoise")
struct GaussianNoiseTests {
    private static func noisy(_ level: UInt8, sigma: Double, width: Int = 100) throws -> [UInt8] {
        let shape = try #require(PixelShape(width: width, height: width, channels: 1))
        var pixels = PixelBuffer(shape: shape, filledWith: level)
        var context = DefenseContext(generator: ChaChaGenerator(key: (0..<32).map { UInt8($0) }, stream: 7))
        try GaussianNoise(parameters: ["sigma": .real(sigma)]).apply(to: &pixels, context: &context)
        return TestImage.samples(pixels)
    }

    // The draws of `GaussianSamplerTests`, which come from an independent computation.
    @Test("adds the sampler's draws in the order of the samples")
    func golden() throws {
        #expect(
            try Self.noisy(100, sigma: 0.02, width: 4)
                == [97, 96, 94, 109, 102, 103, 99, 104, 107, 98, 109, 94, 93, 83, 94, 100])
    }

    @Test("sigma 0 changes nothing")
    func zero() throws {
        #expect(try Self.noisy(77, sigma: 0).allSatisfy { $0 == 77 })
    }

    @Test("mean and deviation are those asked for")
    func moments() throws {
        let values = try Self.noisy(128, sigma: 0.02).map { Double($0) - 128 }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
        // 10,000 draws: the mean is within four standard errors (0.2), the variance (5.1² + 1/12) within four of its
        // (1.5).
        #expect(abs(mean) < 0.2)
        #expect(abs(variance - 26.09) < 1.5)
    }

    @Test("clips at black and white", arguments: [0, 255] as [UInt8])
    func clips(level: UInt8) throws {
        let values = try Self.noisy(level, sigma: 0.5)
        let share = Double(values.count { $0 == level }) / Double(values.count)
        // Half of the draws push past the end; 10,000 draws are within 0.02 of it.
        #expect(abs(share - 0.5) < 0.02)
    }

    @Test("a second call goes on in the stream")
    func advances() throws {
        let shape = try #require(PixelShape(width: 8, height: 8, channels: 1))
        var context = DefenseContext(generator: ChaChaGenerator(key: [1]))
        let noise = try GaussianNoise(parameters: [:])
        var first = PixelBuffer(shape: shape, filledWith: 100)
        var second = PixelBuffer(shape: shape, filledWith: 100)
        try noise.apply(to: &first, context: &context)
        try noise.apply(to: &second, context: &context)
        #expect(TestImage.samples(first) != TestImage.samples(second))
    }
}
