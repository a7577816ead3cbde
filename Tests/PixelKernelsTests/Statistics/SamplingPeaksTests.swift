import PixelCore
import PixelKernels
import Testing

@Suite("SamplingPeaks")
struct SamplingPeaksTests {
    private static func measure(
        _ samples: [UInt8], _ shape: PixelShape, width: Int, height: Int
    ) throws -> SamplingPeaks.Reading {
        try #require(SamplingPeaks(of: shape, width: width, height: height)).measure(samples.span)
    }

    @Test("the golden attack peaks at the harmonics")
    func golden() throws {
        let shape = try #require(PixelShape(width: 256, height: 256, channels: 1))
        let clean = try Self.measure(ScalingAttackImage.clean, shape, width: 32, height: 32)
        let attacked = try Self.measure(ScalingAttackImage.attacked, shape, width: 32, height: 32)
        // From numpy.fft.fft2 of the same images. The faintest frequencies of these smooth images are a millionth of the
        // strongest: sums in single precision are right to about a percent of them, a fifth of a unit.
        #expect(abs(clean.peaks - 92.6756) < 0.2)
        #expect(abs(attacked.peaks - 177.9960) < 0.01)
        #expect(abs(clean.contrast - 24.4467) < 0.2)
        #expect(abs(attacked.contrast - 112.0894) < 0.2)
    }

    @Test("equals the reference", arguments: [[24, 24, 8, 6], [35, 22, 7, 10], [61, 53, 9, 8]], [1, 3])
    func reference(sides: [Int], channels: Int) throws {
        let shape = try #require(PixelShape(width: sides[0], height: sides[1], channels: channels))
        let samples = TestImage.random(shape, seed: 3)
        let measured = try Self.measure(samples, shape, width: sides[2], height: sides[3])
        let reference = SamplingPeaksReference.measure(samples.span, shape: shape, width: sides[2], height: sides[3])
        let expected = try #require(reference)
        #expect(abs(measured.peaks - expected.peaks) < 0.01)
        #expect(abs(measured.between - expected.between) < 0.01)
    }

    @Test("a constant image has no level but the least, and ratios up to 2 have no harmonic")
    func edges() throws {
        let shape = try #require(PixelShape(width: 33, height: 33, channels: 3))
        let reading = try Self.measure([UInt8](repeating: 90, count: 33 * 33 * 3), shape, width: 5, height: 5)
        #expect(abs(reading.peaks) < 0.01)
        #expect(abs(reading.between) < 0.01)
        #expect(SamplingPeaks(of: shape, width: 17, height: 17) == nil)
        #expect(SamplingPeaks(of: shape, width: 33, height: 5) == nil)
    }
}
