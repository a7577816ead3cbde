import PixelCore
import PixelKernels
import Testing

@Suite("BinarizationKernel")
struct BinarizationKernelTests {
    private static let ramp = (0...255).map { UInt8($0) }

    @Test("white is what is greater than the threshold", arguments: [0, 1, 127, 128, 254, 255] as [UInt8])
    func threshold(threshold: UInt8) {
        var output = [UInt8](repeating: 7, count: 256)
        var span = output.mutableSpan
        #expect(
            BinarizationKernel.binarize(
                Self.ramp.span, into: &span, threshold: threshold, cancellation: CancellationFlag()))
        #expect(output == Self.ramp.map { $0 > threshold ? 255 : 0 })
    }

    @Test("a plane turns all channels of its pixels", arguments: [1, 3])
    func plane(channels: Int) throws {
        let shape = try #require(PixelShape(width: 300, height: 301, channels: channels))
        let single = try #require(PixelShape(width: 300, height: 301, channels: 1))
        let plane = TestImage.random(single, seed: 3)
        var output = [UInt8](repeating: 7, count: shape.sampleCount)
        var span = output.mutableSpan
        #expect(
            BinarizationKernel.binarize(
                plane: plane.span, into: &span, shape: shape, threshold: 99, cancellation: CancellationFlag()))
        #expect(output == plane.flatMap { [UInt8](repeating: $0 > 99 ? 255 : 0, count: channels) })
    }

    @Test("luma equals OpenCV's grey, and keeps the level of grey colours")
    func luma() throws {
        let fixture = try SqueezingFixture("otsu")
        for one in fixture.cases {
            let (shape, samples) = try #require(fixture.picture(of: one))
            if shape.channels == 3 { #expect(Self.luma(samples) == one.greySamples) }
        }
        #expect(Self.luma(Self.ramp.flatMap { [$0, $0, $0] }) == Self.ramp)
    }

    @Test("a raised flag stops it")
    func cancels() throws {
        let flag = CancellationFlag()
        flag.raise()
        let shape = try #require(PixelShape(width: 1, height: 1, channels: 3))
        let source: [UInt8] = [1, 2, 3]
        var output: [UInt8] = [0, 0, 0]
        var span = output.mutableSpan
        #expect(!BinarizationKernel.binarize(source.span, into: &span, threshold: 1, cancellation: flag))
        let plane: [UInt8] = [1]
        #expect(
            !BinarizationKernel.binarize(
                plane: plane.span, into: &span, shape: shape, threshold: 1, cancellation: flag))
        var single = span._mutatingExtracting(0..<1)
        #expect(!BinarizationKernel.luma(ofRGB: source.span, into: &single, cancellation: flag))
    }

    private static func luma(_ samples: [UInt8]) -> [UInt8] {
        var plane = [UInt8](repeating: 0, count: samples.count / 3)
        var span = plane.mutableSpan
        let isFinished = BinarizationKernel.luma(ofRGB: samples.span, into: &span, cancellation: CancellationFlag())
        return isFinished ? plane : []
    }
}
