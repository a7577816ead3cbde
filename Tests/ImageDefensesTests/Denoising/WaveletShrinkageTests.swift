import ImageDefenses
import PixelCore
import PixelKernels
import Testing

@Suite("WaveletShrinkage")
struct WaveletShrinkageTests {
    private static func apply(_ shortForm: String, to pixels: inout PixelBuffer) throws {
        var context = DefenseContext(generator: ChaChaGenerator(key: []))
        try DefenseCatalogue.parse(shortForm).apply(to: &pixels, context: &context)
    }

    @Test(
        "writes the kernel's values, rounded half to even and clipped", arguments: ["db1", "db2"], ["bayes", "visu"])
    func rounding(wavelet: String, method: String) throws {
        let shape = try #require(PixelShape(width: 21, height: 35, channels: 3))
        var pixels = TestImage.random(shape, seed: 8)
        let before = TestImage.samples(pixels)
        try Self.apply("wavelet(\(wavelet),\(method),0.1,2)", to: &pixels)
        let after = TestImage.samples(pixels)
        let filter = try #require(WaveletFilter(rawValue: wavelet))
        for c in 0..<3 {
            let exact = WaveletReference.denoise(
                before.span, shape: shape, channel: c, filter: filter, method: method == "visu" ? .visu : .bayes,
                sigma: 0.1, levels: 2)
            let largest = exact.indices.map { abs(Double(after[3 * $0 + c]) - 255 * max(0, min(1, exact[$0]))) }.max()
            #expect(try #require(largest) < 0.5003)
        }
    }

    @Test("brings a noisy gradient nearer to the clean one", arguments: ["db1", "db2"])
    func gain(wavelet: String) throws {
        let shape = try #require(PixelShape(width: 96, height: 96, channels: 1))
        let clean = TestImage.samples(TestImage.gradient(shape))
        var generator = ChaChaGenerator(key: [5])
        let sampler = try #require(GaussianSampler(standardDeviation: 8))
        let noisy = clean.map { UInt8(max(0, min(255, Int($0) + sampler.sample(&generator)))) }
        var pixels = TestImage.make(shape, noisy)
        try Self.apply("wavelet(\(wavelet))", to: &pixels)
        let after = TestImage.samples(pixels)
        func error(_ samples: [UInt8]) -> Int { zip(samples, clean).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) } }
        #expect(2 * error(after) < error(noisy))
    }
}
