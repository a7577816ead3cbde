import ImageDefenses
import PixelCore
import PixelKernels
import Testing

@Suite("RandomCrop")
struct RandomCropTests {
    private static func cropped(_ samples: [UInt8], _ shape: PixelShape, percent: Int, seed: UInt8) throws -> [UInt8] {
        var pixels = TestImage.make(shape, samples)
        var context = DefenseContext(generator: ChaChaGenerator(key: [seed]))
        try RandomCrop(parameters: ["percent": .integer(percent)]).apply(to: &pixels, context: &context)
        return TestImage.samples(pixels)
    }

    @Test("the result is one of the crops, enlarged, and every place comes up", arguments: [1, 3])
    func places(channels: Int) throws {
        let shape = try #require(PixelShape(width: 10, height: 6, channels: channels))
        let crop = try #require(PixelShape(width: 8, height: 5, channels: channels))
        let samples = TestImage.samples(TestImage.random(shape, seed: 3))
        let resampler = try #require(
            Resampler(from: crop, to: shape, method: .bilinear, convention: .opencv))
        var possible: Set<[UInt8]> = []
        for top in 0...1 {
            for left in 0...2 {
                let cut = (0..<crop.sampleCount).map { (i: Int) -> UInt8 in
                    let (row, column) = (i / crop.rowSamples, i % crop.rowSamples)
                    return samples[(top + row) * shape.rowSamples + left * channels + column]
                }
                var output = [UInt8](repeating: 0, count: shape.sampleCount)
                var span = output.mutableSpan
                #expect(resampler.resize(cut.span, into: &span, cancellation: CancellationFlag()))
                possible.insert(output)
            }
        }
        var found: Set<[UInt8]> = []
        for seed in 1...60 as ClosedRange<UInt8> {
            found.insert(try Self.cropped(samples, shape, percent: 80, seed: seed))
        }
        #expect(found == possible)
    }

    @Test("a constant image stays, and all of it is itself")
    func identity() throws {
        let shape = try #require(PixelShape(width: 13, height: 7, channels: 1))
        let constant = [UInt8](repeating: 91, count: shape.sampleCount)
        #expect(try Self.cropped(constant, shape, percent: 30, seed: 1) == constant)
        let samples = TestImage.samples(TestImage.random(shape, seed: 3))
        #expect(try Self.cropped(samples, shape, percent: 100, seed: 1) == samples)
    }
}
