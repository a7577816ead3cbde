import PixelCore
import PixelKernels
import Testing

@Suite("MajorityKernel")
struct MajorityKernelTests {
    private static func shrink(_ samples: [UInt8], _ shape: PixelShape, factor: Int, threshold: Int = 128) -> [UInt8] {
        guard let destination = MajorityKernel.destination(of: shape, factor: factor) else { return [] }
        var output = [UInt8](repeating: 77, count: destination.sampleCount)
        var span = output.mutableSpan
        let isFinished = MajorityKernel.shrink(
            samples.span, into: &span, shape: shape, factor: factor, threshold: threshold,
            cancellation: CancellationFlag())
        return isFinished ? output : []
    }

    @Test("equals OpenCV's INTER_AREA and a threshold of 128")
    func peers() throws {
        let cases = try DocumentFixture.cases("majority")
        #expect(cases.count == 10)
        for one in cases {
            let (shape, factor) = (try #require(one.shape), try #require(one.factor))
            #expect(Self.shrink(one.inputSamples, shape, factor: factor) == one.outputSamples, "\(factor)")
        }
    }

    @Test("equals the area resampler and an even threshold where the factor divides the sides", arguments: [2, 3, 8])
    func area(factor: Int) throws {
        let shape = try #require(PixelShape(width: 5 * factor, height: 4 * factor, channels: 1))
        let destination = try #require(MajorityKernel.destination(of: shape, factor: factor))
        let samples = TestImage.random(shape, seed: 8)
        let resampler = try #require(AreaResampler(from: shape, to: destination))
        var means = [UInt8](repeating: 0, count: destination.sampleCount)
        var span = means.mutableSpan
        #expect(resampler.resize(samples.span, into: &span, cancellation: CancellationFlag()))
        for threshold in [100, 128, 150] {
            #expect(
                Self.shrink(samples, shape, factor: factor, threshold: threshold)
                    == means.map { $0 >= threshold ? 255 : 0 })
        }
    }

    @Test("equals the reference at every awkward shape", arguments: TestImage.shapes, [1, 3])
    func reference(side: (width: Int, height: Int), channels: Int) throws {
        let shape = try #require(PixelShape(width: side.width, height: side.height, channels: channels))
        let samples = TestImage.random(shape, seed: 9)
        for factor in MajorityKernel.factors {
            for threshold in [1, 127, 128, 255] {
                #expect(
                    Self.shrink(samples, shape, factor: factor, threshold: threshold)
                        == MajorityReference.shrink(samples, shape: shape, factor: factor, threshold: threshold))
            }
        }
    }

    @Test("a raised flag stops it")
    func cancels() throws {
        let shape = try #require(PixelShape(width: 1, height: 1, channels: 1))
        let flag = CancellationFlag()
        flag.raise()
        let source: [UInt8] = [1]
        var output: [UInt8] = [0]
        var span = output.mutableSpan
        #expect(
            !MajorityKernel.shrink(
                source.span, into: &span, shape: shape, factor: 2, threshold: 128, cancellation: flag))
    }
}
