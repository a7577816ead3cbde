import PixelCore
import PixelKernels
import Testing

@Suite("WaveletKernel")
struct WaveletKernelTests {
    /// All channels, interleaved, unrounded.
    private static func values(
        _ samples: [UInt8], _ shape: PixelShape, _ filter: WaveletFilter, _ method: WaveletKernel.Method,
        sigma: Double?,
        levels: Int? = nil
    ) -> [Double] {
        let kernel = WaveletKernel(shape: shape, filter: filter, method: method, sigma: sigma, levels: levels)
        // Working memory holds whatever was there before.
        var floats = [Float](repeating: .nan, count: kernel.floatCount)
        var span = floats.mutableSpan
        var result = [Double](repeating: -1, count: shape.sampleCount)
        for c in 0..<shape.channels {
            let isFinished = kernel.denoise(
                samples.span, channel: c, floats: &span, cancellation: CancellationFlag()
            ) { y, row in
                for x in 0..<row.count { result[(y * shape.width + x) * shape.channels + c] = Double(row[x]) }
            }
            if !isFinished { return [] }
        }
        return result
    }

    private static func estimate(_ samples: [UInt8], _ shape: PixelShape, channel: Int) -> Double? {
        var floats = [Float](repeating: .nan, count: NoiseEstimate.floatCount(shape))
        var span = floats.mutableSpan
        return NoiseEstimate.sigma(
            samples.span, shape: shape, channel: channel, floats: &span, cancellation: CancellationFlag())
    }

    @Test("equals scikit-image's denoise_wavelet to 1e-6, and its estimate of the noise to 1e-7")
    func peer() throws {
        let fixture = try DenoisingFixture("wavelet")
        for entry in fixture.cases {
            let (shape, samples) = try #require(fixture.picture(entry.image))
            let filter = try #require(WaveletFilter(rawValue: entry.wavelet ?? ""))
            let sigma = try #require(entry.sigma)
            let values = Self.values(
                samples, shape, filter, entry.method == "BayesShrink" ? .bayes : .visu, sigma: sigma == 0 ? nil : sigma,
                levels: entry.levels)
            // Values outside 0...1 are clipped by the peer, and by us when they are rounded.
            let clipped = values.map { max(0, min(1, $0)) }
            #expect(largestDifference(clipped, entry.values) < 1e-6, "\(entry)")
            for (channel, expected) in (entry.estimates ?? []).enumerated() {
                let estimate = try #require(Self.estimate(samples, shape, channel: channel))
                #expect(abs(estimate - expected) < 1e-7)
            }
        }
    }

    // scikit-image 0.26 and PyWavelets 1.8 on G/255, σ 0.05, db1.
    @Test(
        "the first row of G equals the published values",
        arguments: [
            (
                WaveletKernel.Method.bayes,
                [0.005672, 0.363337, 0.711671, 0.080867, 0.429202, 0.786866, 0.128832, 0.484893]
            ),
            (.visu, [0.092242, 0.408824, 0.693137, 0.231458, 0.481905, 0.798487, 0.179944, 0.433781]),
        ])
    func golden(method: WaveletKernel.Method, row: [Double]) throws {
        let shape = try #require(PixelShape(width: 8, height: 8, channels: 1))
        let values = Self.values(TestImage.g, shape, .db1, method, sigma: 0.05)
        #expect(largestDifference(Array(values[0..<8]), row) < 1e-6)
        let estimate = try #require(Self.estimate(TestImage.g, shape, channel: 0))
        #expect(abs(estimate - 0.30400431) < 1e-7)
    }

    @Test("equals the reference at every awkward shape", arguments: TestImage.shapes, [1, 3])
    func reference(side: (width: Int, height: Int), channels: Int) throws {
        let shape = try #require(PixelShape(width: side.width, height: side.height, channels: channels))
        let samples = TestImage.random(shape, seed: 41)
        for filter in WaveletFilter.allCases {
            for (method, levels) in [(WaveletKernel.Method.bayes, 1), (.visu, 2), (.bayes, 3)] {
                let values = Self.values(samples, shape, filter, method, sigma: 0.2, levels: levels)
                for c in 0..<channels {
                    let reference = WaveletReference.denoise(
                        samples.span, shape: shape, channel: c, filter: filter, method: method, sigma: 0.2,
                        levels: levels)
                    let channel = stride(from: c, to: values.count, by: channels).map { values[$0] }
                    #expect(largestDifference(channel, reference) < 1e-6)
                }
            }
        }
    }

    @Test("a noise of 0 gives the image back", arguments: TestImage.shapes, WaveletFilter.allCases)
    func identity(side: (width: Int, height: Int), filter: WaveletFilter) throws {
        let shape = try #require(PixelShape(width: side.width, height: side.height, channels: 3))
        let samples = TestImage.random(shape, seed: 42)
        let values = Self.values(samples, shape, filter, .bayes, sigma: 0, levels: 4)
        #expect(largestDifference(values, samples.map { Double($0) / 255 }) < 1e-6)
    }

    @Test("takes the levels that scikit-image does")
    func levels() {
        #expect(
            [7, 8, 31, 32, 224, 2000].map { WaveletFilter.db1.usualLevels(width: 3000, height: $0) } == [
                1, 1, 1, 2, 4, 7,
            ])
        #expect(
            [1, 2, 95, 96, 224, 2000].map { WaveletFilter.db2.usualLevels(width: 3000, height: $0) } == [
                1, 1, 1, 2, 3, 6,
            ])
    }

    @Test("black leaves the estimate as it is, blank paper lowers it")
    func blank() throws {
        let shape = try #require(PixelShape(width: 30, height: 20, channels: 1))
        #expect(try #require(Self.estimate([UInt8](repeating: 0, count: 600), shape, channel: 0)) == 0)
        #expect(try #require(Self.estimate([UInt8](repeating: 250, count: 600), shape, channel: 0)) < 1e-15)
        let noise = TestImage.random(shape, seed: 7)
        let whole = try #require(Self.estimate(noise, shape, channel: 0))
        let black = try #require(Self.estimate(noise.indices.map { $0 < 300 ? noise[$0] : 0 }, shape, channel: 0))
        let paper = try #require(Self.estimate(noise.indices.map { $0 < 250 ? noise[$0] : 250 }, shape, channel: 0))
        #expect(abs(black - whole) < 0.25 * whole)
        #expect(paper < 1e-15)
    }

    @Test("few and many coefficients give the same estimate", arguments: [(126, 126), (127, 127), (200, 90)])
    func counting(side: (width: Int, height: Int)) throws {
        // 4096 coefficients, from which on they are counted, come with 126 by 126 samples.
        let shape = try #require(PixelShape(width: side.width, height: side.height, channels: 1))
        let samples = TestImage.random(shape, seed: 9)
        let estimate = try #require(Self.estimate(samples, shape, channel: 0))
        var magnitudes: [Double] = []
        let filter = WaveletFilter.db2
        func fold(_ i: Int, _ count: Int) -> Int { i < 0 ? -1 - i : i < count ? i : 2 * count - 1 - i }
        for k in 0..<filter.half(shape.height) {
            for m in 0..<filter.half(shape.width) {
                var sum = 0.0
                for (i, a) in filter.high.enumerated() {
                    for (j, b) in filter.high.enumerated() {
                        let (y, x) = (fold(2 * k + 1 - i, shape.height), fold(2 * m + 1 - j, shape.width))
                        sum += a * b * Double(samples[y * shape.width + x]) / 255
                    }
                }
                magnitudes.append(abs(sum))
            }
        }
        magnitudes.sort()
        let median = (magnitudes[(magnitudes.count - 1) / 2] + magnitudes[magnitudes.count / 2]) / 2
        #expect(abs(estimate - median / 0.6744897501960817) < 1e-7)
    }

    @Test("a raised flag stops it")
    func cancels() throws {
        let shape = try #require(PixelShape(width: 4, height: 4, channels: 1))
        let kernel = WaveletKernel(shape: shape, filter: .db2, method: .bayes, sigma: nil)
        let flag = CancellationFlag()
        flag.raise()
        let source = TestImage.random(shape, seed: 1)
        var output = source
        var floats = [Float](repeating: 0, count: kernel.floatCount)
        var out = output.mutableSpan
        var span = floats.mutableSpan
        #expect(!kernel.denoise(source.span, into: &out, floats: &span, cancellation: flag))
    }
}
