import PixelCore
import PixelKernels
import Testing

@Suite("MaskedVariationKernel")
struct MaskedVariationKernelTests {
    /// One channel, row by row, unrounded.
    private static func rebuild(
        _ samples: [UInt8], _ shape: PixelShape, channel: Int = 0, kept: [UInt8], weight: Double, iterations: Int,
        flag: CancellationFlag = CancellationFlag()
    ) -> [Double] {
        let kernel = MaskedVariationKernel(shape: shape, weight: weight, iterations: iterations)
        // Working memory holds whatever was there before.
        var bytes = [UInt8](repeating: 77, count: kernel.byteCount)
        var floats = [Float](repeating: .nan, count: kernel.floatCount)
        var byteSpan = bytes.mutableSpan
        var floatSpan = floats.mutableSpan
        var result: [Double] = []
        let isFinished = kernel.rebuild(
            samples.span, channel: channel, bytes: &byteSpan, floats: &floatSpan, cancellation: flag
        ) { y, row in
            for x in 0..<row.count { row[x] = kept[y * shape.width + x] }
        } body: { _, row in
            for x in 0..<row.count { result.append(Double(row[x])) }
        }
        return isFinished ? result : []
    }

    private static func mask(_ count: Int, seed: UInt8, keep: UInt32) -> [UInt8] {
        var generator = ChaChaGenerator(key: [seed])
        return (0..<count).map { _ in generator.below(10) < keep ? 1 : 0 }
    }

    @Test("equals the reference at every awkward shape", arguments: TestImage.shapes, [0, 3, 10] as [UInt32])
    func reference(side: (width: Int, height: Int), keep: UInt32) throws {
        let shape = try #require(PixelShape(width: side.width, height: side.height, channels: 3))
        let samples = TestImage.random(shape, seed: 51)
        let kept = Self.mask(shape.pixelCount, seed: 52, keep: keep)
        for iterations in [1, 6] {
            let values = Self.rebuild(samples, shape, channel: 1, kept: kept, weight: 0.05, iterations: iterations)
            let channel = stride(from: 1, to: samples.count, by: 3).map { Double(samples[$0]) / 255 }
            let reference = MaskedVariationReference.rebuild(
                channel, kept: kept, width: shape.width, weight: 0.05, iterations: iterations)
            #expect(largestDifference(values, reference) < 1e-5)
        }
    }

    @Test("comes within half a percent of the least objective, far below what ART's solver reaches")
    func objective() throws {
        let fixture = try DenoisingFixture("masked")
        for entry in fixture.cases {
            let (shape, samples) = try #require(fixture.picture(entry.image))
            let (kept, weight) = (try #require(entry.kept), try #require(entry.weight))
            func reached(_ iterations: Int) -> Double {
                MaskedVariationObjective.value(
                    Self.rebuild(samples, shape, kept: kept, weight: weight, iterations: iterations),
                    samples: samples.map { Double($0) / 255 }, kept: kept, width: shape.width, weight: weight)
            }
            let (art, least) = (try #require(entry.art), try #require(entry.least))
            #expect(reached(60) < 1.005 * least)
            #expect(reached(60) > 0.99999 * least)
            #expect(reached(4) < art)
        }
    }

    @Test("keeping everything is total-variation denoising to the end")
    func unmasked() throws {
        let fixture = try DenoisingFixture("masked")
        let entry = try #require(fixture.cases.last)
        let (shape, samples) = try #require(fixture.picture(entry.image))
        let values = Self.rebuild(
            samples, shape, kept: [UInt8](repeating: 1, count: samples.count), weight: 0.1, iterations: 2000)
        #expect(largestDifference(values, entry.values) < 2e-3)
    }

    @Test("a channel of which nothing is kept becomes its mean")
    func nothing() throws {
        let shape = try #require(PixelShape(width: 4, height: 2, channels: 1))
        let samples: [UInt8] = [0, 10, 20, 30, 40, 50, 60, 70]
        let values = Self.rebuild(
            samples, shape, kept: [UInt8](repeating: 0, count: 8), weight: 0.1, iterations: 5)
        #expect(largestDifference(values, [Double](repeating: 35.0 / 255, count: 8)) < 1e-6)
    }

    @Test("a raised flag stops it")
    func cancels() throws {
        let shape = try #require(PixelShape(width: 4, height: 2, channels: 1))
        let flag = CancellationFlag()
        flag.raise()
        let kept = [UInt8](repeating: 1, count: 8)
        #expect(Self.rebuild(kept, shape, kept: kept, weight: 0.1, iterations: 5, flag: flag).isEmpty)
    }
}
