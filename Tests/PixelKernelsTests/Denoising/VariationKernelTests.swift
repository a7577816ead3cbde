import PixelCore
import PixelKernels
import Testing

@Suite("VariationKernel")
struct VariationKernelTests {
    /// All channels, interleaved, unrounded.
    private static func values(
        _ samples: [UInt8], _ shape: PixelShape, weight: Double, tolerance: Double = 2e-4, limit: Int = 200
    ) -> [Double] {
        let kernel = VariationKernel(shape: shape, weight: weight, tolerance: tolerance, limit: limit)
        // Working memory holds whatever was there before.
        var bytes = [UInt8](repeating: 77, count: kernel.byteCount)
        var floats = [Float](repeating: .nan, count: kernel.floatCount)
        var byteSpan = bytes.mutableSpan
        var floatSpan = floats.mutableSpan
        var result = [Double](repeating: -1, count: shape.sampleCount)
        for c in 0..<shape.channels {
            let isFinished = kernel.denoise(
                samples.span, channel: c, bytes: &byteSpan, floats: &floatSpan, cancellation: CancellationFlag()
            ) { y, row in
                for x in 0..<row.count { result[(y * shape.width + x) * shape.channels + c] = Double(row[x]) }
            }
            if !isFinished { return [] }
        }
        return result
    }

    @Test("equals scikit-image's denoise_tv_chambolle to 1e-5")
    func peer() throws {
        let fixture = try DenoisingFixture("variation")
        for entry in fixture.cases {
            let (shape, samples) = try #require(fixture.picture(entry.image))
            let values = Self.values(
                samples, shape, weight: try #require(entry.weight), limit: try #require(entry.limit))
            #expect(largestDifference(values, entry.values) < 1e-5, "\(entry.image) \(entry.weight ?? 0)")
        }
    }

    // scikit-image 0.26 on G/255.
    @Test(
        "the first row of G equals the published values",
        arguments: [
            (0.1, [0.131206, 0.399499, 0.494946, 0.29797, 0.499431, 0.618916, 0.35598, 0.362935]),
            (0.03, [0.039151, 0.371489, 0.650156, 0.132348, 0.442176, 0.729985, 0.204469, 0.440554]),
        ])
    func golden(weight: Double, row: [Double]) throws {
        let shape = try #require(PixelShape(width: 8, height: 8, channels: 1))
        let values = Self.values(TestImage.g, shape, weight: weight)
        #expect(largestDifference(Array(values[0..<8]), row) < 2e-6)
        #expect(abs(values.reduce(0, +) / 64 - 0.45196078) < 1e-6)
    }

    @Test("equals the reference at every awkward shape", arguments: TestImage.shapes, [1, 3])
    func reference(side: (width: Int, height: Int), channels: Int) throws {
        let shape = try #require(PixelShape(width: side.width, height: side.height, channels: channels))
        let samples = TestImage.random(shape, seed: 21)
        let values = Self.values(samples, shape, weight: 0.15)
        for c in 0..<channels {
            let reference = VariationReference.denoise(samples.span, shape: shape, channel: c, weight: 0.15)
            let channel = stride(from: c, to: values.count, by: channels).map { values[$0] }
            #expect(largestDifference(channel, reference.values) < 1e-5)
        }
    }

    @Test("stops where the reference does, whatever the tolerance", arguments: [0.3, 0.05, 0.01, 1e-3, 1e-5])
    func stop(tolerance: Double) throws {
        let shape = try #require(PixelShape(width: 40, height: 30, channels: 1))
        let samples = TestImage.random(shape, seed: 5)
        let reference = VariationReference.denoise(
            samples.span, shape: shape, channel: 0, weight: 0.1, tolerance: tolerance)
        let values = Self.values(samples, shape, weight: 0.1, tolerance: tolerance)
        #expect(largestDifference(values, reference.values) < 1e-5)
    }

    @Test("ends at the limit", arguments: 1...9)
    func limit(limit: Int) throws {
        let shape = try #require(PixelShape(width: 12, height: 10, channels: 1))
        let samples = TestImage.random(shape, seed: 6)
        let reference = VariationReference.denoise(samples.span, shape: shape, channel: 0, weight: 0.1, limit: limit)
        let values = Self.values(samples, shape, weight: 0.1, limit: limit)
        #expect(largestDifference(values, reference.values) < 1e-6)
    }

    @Test("leaves a constant image as it is")
    func constant() throws {
        let shape = try #require(PixelShape(width: 9, height: 4, channels: 3))
        let values = Self.values([UInt8](repeating: 51, count: shape.sampleCount), shape, weight: 0.1)
        #expect(largestDifference(values, [Double](repeating: 0.2, count: shape.sampleCount)) < 1e-7)
    }

    @Test("a raised flag stops it")
    func cancels() throws {
        let shape = try #require(PixelShape(width: 4, height: 4, channels: 1))
        let kernel = VariationKernel(shape: shape, weight: 0.1)
        let flag = CancellationFlag()
        flag.raise()
        let source = TestImage.random(shape, seed: 1)
        var output = source
        var bytes = [UInt8](repeating: 0, count: kernel.byteCount)
        var floats = [Float](repeating: 0, count: kernel.floatCount)
        var out = output.mutableSpan
        var byteSpan = bytes.mutableSpan
        var floatSpan = floats.mutableSpan
        #expect(
            !kernel.denoise(source.span, into: &out, bytes: &byteSpan, floats: &floatSpan, cancellation: flag))
    }
}
