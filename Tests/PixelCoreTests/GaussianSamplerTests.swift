import PixelCore
import Testing

@Suite("GaussianSampler")
struct GaussianSamplerTests {
    private static let key = (0..<32).map { UInt8($0) }

    // Expected draws: inversion of scipy's `norm.cdf` at the half-way points with the words of an independent ChaCha20.
    @Test("draws equal an independent inversion of the normal distribution")
    func golden() throws {
        let sampler = try #require(GaussianSampler(standardDeviation: 5.1))
        var generator = ChaChaGenerator(key: Self.key, stream: 7)
        let draws = (0..<32).map { _ in sampler.sample(&generator) }
        #expect(
            draws == [
                -3, -4, -6, 9, 2, 3, -1, 4, 7, -2, 9, -6, -7, -17, -6, 0, -3, 0, -4, 1, -3, -11, 7, -6, -7, -6, 7, -6,
                8, -5,
                2, -10,
            ])
    }

    @Test("a wider deviation draws from the same words")
    func goldenWide() throws {
        let sampler = try #require(GaussianSampler(standardDeviation: 25.5))
        var generator = ChaChaGenerator(key: Self.key, stream: 7)
        let draws = (0..<16).map { _ in sampler.sample(&generator) }
        #expect(draws == [-17, -22, -32, 47, 8, 14, -3, 20, 35, -8, 47, -29, -34, -87, -29, -2])
    }

    @Test("sum and sum of squares of 10,000 draws equal the independent ones")
    func sums() throws {
        let sampler = try #require(GaussianSampler(standardDeviation: 5.1))
        var generator = ChaChaGenerator(key: Self.key, stream: 7)
        let draws = (0..<10_000).map { _ in sampler.sample(&generator) }
        #expect(draws.reduce(0, +) == 421)
        #expect(draws.reduce(0) { $0 + $1 * $1 } == 261_081)
    }

    @Test("a deviation of 0 draws 0")
    func zero() throws {
        let sampler = try #require(GaussianSampler(standardDeviation: 0))
        var generator = ChaChaGenerator(key: [1])
        #expect((0..<100).allSatisfy { _ in sampler.sample(&generator) == 0 })
        #expect(sampler.reach == 0)
    }

    @Test("a deviation so small that every draw rounds to 0 still draws")
    func tiny() throws {
        let sampler = try #require(GaussianSampler(standardDeviation: 1e-6))
        var generator = ChaChaGenerator(key: [1])
        #expect((0..<100).allSatisfy { _ in sampler.sample(&generator) == 0 })
    }

    @Test("draws stay within about 6.4 deviations", arguments: [0.5, 5.1, 255, 1000])
    func reach(deviation: Double) throws {
        let sampler = try #require(GaussianSampler(standardDeviation: deviation))
        #expect(Double(sampler.reach) <= 6.4 * deviation + 1)
        #expect(Double(sampler.reach) >= 6 * deviation)
    }

    @Test("impossible deviations give no sampler", arguments: [-1, 1000.5, .infinity, .nan])
    func refused(deviation: Double) {
        #expect(GaussianSampler(standardDeviation: deviation) == nil)
    }
}
