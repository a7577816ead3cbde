import ImageDefenses
import PixelCore
import Testing

@Suite("UniformNoise")
struct UniformNoiseTests {
    private static func noisy(_ level: UInt8, amplitude: Double) throws -> [Double] {
        let shape = try #require(PixelShape(width: 100, height: 100, channels: 1))
        var pixels = PixelBuffer(shape: shape, filledWith: level)
        var context = DefenseContext(generator: ChaChaGenerator(key: [4]))
        try UniformNoise(parameters: ["amplitude": .real(amplitude)]).apply(to: &pixels, context: &context)
        return TestImage.samples(pixels).map { Double($0) - Double(level) }
    }

    @Test("mean, deviation and extent are those asked for")
    func moments() throws {
        let values = try Self.noisy(128, amplitude: 20.0 / 255)
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
        // 10,000 draws: the variance is 20²/3 + 1/12 = 133.4; four standard errors are 0.46 and 4.8.
        #expect(abs(mean) < 0.46)
        #expect(abs(variance - 133.4) < 4.8)
        #expect(values.min() == -20 && values.max() == 20)
    }

    @Test("amplitude 0 changes nothing, and levels stay in range")
    func ends() throws {
        #expect(try Self.noisy(77, amplitude: 0).allSatisfy { $0 == 0 })
        #expect(try Self.noisy(250, amplitude: 1).allSatisfy { (-250...5).contains($0) })
    }
}
