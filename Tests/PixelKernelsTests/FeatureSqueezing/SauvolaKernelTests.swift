import PixelCore
import PixelKernels
import Testing

@Suite("SauvolaKernel")
struct SauvolaKernelTests {
    /// The sample of each pixel, whose channels must be equal.
    private static func binarize(
        _ plane: [UInt8], width: Int, channels: Int = 1, window: Int, k: Double
    ) throws -> [UInt8] {
        let shape = try #require(PixelShape(width: width, height: plane.count / width, channels: channels))
        var output = [UInt8](repeating: 7, count: shape.sampleCount)
        var span = output.mutableSpan
        #expect(
            SauvolaKernel.binarize(
                plane: plane.span, into: &span, shape: shape, window: window, k: k, cancellation: CancellationFlag()))
        let first = (0..<plane.count).map { output[$0 * channels] }
        #expect(output == first.flatMap { [UInt8](repeating: $0, count: channels) })
        return first
    }

    @Test("equals scikit-image's threshold_sauvola")
    func scikitImage() throws {
        let fixture = try SqueezingFixture("sauvola")
        for one in fixture.cases {
            let (shape, samples) = try #require(fixture.picture(of: one))
            var plane = samples
            if shape.channels == 3 {
                plane = [UInt8](repeating: 0, count: shape.pixelCount)
                var span = plane.mutableSpan
                #expect(BinarizationKernel.luma(ofRGB: samples.span, into: &span, cancellation: CancellationFlag()))
            }
            let window = try #require(one.window)
            let result = try Self.binarize(
                plane, width: shape.width, channels: shape.channels, window: window, k: try #require(one.k))
            #expect(result == one.outputSamples, "\(one.image), window \(window)")
        }
    }

    @Test("equals the reference at every awkward shape", arguments: [3, 7, 15], [0, 0.2, 1])
    func reference(window: Int, k: Double) throws {
        for side in TestImage.shapes {
            let shape = try #require(PixelShape(width: side.width, height: side.height, channels: 1))
            let plane = TestImage.random(shape, seed: 21)
            let thresholds = BinarizationReference.sauvola(
                plane: plane.span, width: side.width, height: side.height, window: window, k: k)
            let result = try Self.binarize(plane, width: side.width, window: window, k: k)
            for i in 0..<plane.count where abs(Double(plane[i]) - thresholds[i]) > 1e-9 {
                #expect((result[i] == 255) == (Double(plane[i]) > thresholds[i]))
            }
        }
    }

    @Test("an even surface turns white where there is light and k lowers the threshold, else black")
    func even() throws {
        let grey = [UInt8](repeating: 200, count: 81)
        #expect(try Self.binarize(grey, width: 9, window: 5, k: 0.2).allSatisfy { $0 == 255 })
        #expect(try Self.binarize(grey, width: 9, window: 5, k: 0).allSatisfy { $0 == 0 })
        let black = [UInt8](repeating: 0, count: 81)
        #expect(try Self.binarize(black, width: 9, window: 5, k: 0.2).allSatisfy { $0 == 0 })
    }

    @Test("the largest sums stay within their words")
    func largest() throws {
        var plane = [UInt8](repeating: 255, count: 120 * 120)
        plane[120 * 60 + 60] = 0
        let result = try Self.binarize(plane, width: 120, window: 99, k: 0.5)
        #expect(result.count { $0 == 0 } == 1 && result[120 * 60 + 60] == 0)
    }

    @Test("a raised flag stops it")
    func cancels() throws {
        let flag = CancellationFlag()
        flag.raise()
        let shape = try #require(PixelShape(width: 1, height: 1, channels: 1))
        let plane: [UInt8] = [1]
        var output: [UInt8] = [0]
        var span = output.mutableSpan
        #expect(
            !SauvolaKernel.binarize(
                plane: plane.span, into: &span, shape: shape, window: 3, k: 0.2, cancellation: flag))
    }
}
