import PixelCore
import PixelKernels
import Testing

@Suite("OtsuThreshold")
struct OtsuThresholdTests {
    private static func threshold(_ samples: [UInt8]) throws -> UInt8 {
        let histogram = OtsuThreshold.histogram(of: samples.span, cancellation: CancellationFlag())
        return OtsuThreshold.threshold(of: try #require(histogram))
    }

    @Test("equals OpenCV's threshold and image")
    func openCV() throws {
        let fixture = try SqueezingFixture("otsu")
        for one in fixture.cases {
            let grey = one.greySamples
            let threshold = try Self.threshold(grey)
            #expect(Int(threshold) == one.threshold, "\(one.image)")
            #expect(grey.map { $0 > threshold ? 255 : 0 } == one.outputSamples, "\(one.image)")
        }
    }

    @Test("the threshold of G is the published one")
    func golden() throws {
        #expect(try Self.threshold(TestImage.g) == 127)
    }

    @Test("no other threshold has a larger variance, and no lower one as large a one", arguments: 1...20)
    func optimal(seed: Int) throws {
        var generator = ChaChaGenerator(key: [UInt8(seed)])
        let histogram = (0..<256).map { _ in generator.nextWord() % 3 == 0 ? UInt32(generator.nextWord() % 1000) : 0 }
        let threshold = Int(OtsuThreshold.threshold(of: histogram))
        let best = BinarizationReference.betweenClassVariance(histogram, threshold: threshold)
        for other in 0..<256 {
            let variance = BinarizationReference.betweenClassVariance(histogram, threshold: other)
            // Sums of 256 terms in doubles: about 1e-13 of the value.
            #expect(variance <= best * (1 + 1e-12))
            if other < threshold { #expect(variance < best) }
        }
    }

    @Test(
        "of equally good thresholds takes the lowest, and 0 where there is one class",
        arguments: [
            ([10, 10, 20, 20], 10), ([0, 255], 0), ([0, 128, 255, 1, 127, 254], 1), ([50, 100, 150], 50),
            ([9, 9, 9], 0), ([0], 0), ([255], 0),
        ] as [([UInt8], UInt8)])
    func ties(samples: [UInt8], expected: UInt8) throws {
        #expect(try Self.threshold(samples) == expected)
    }

    @Test("counts of the largest image do not overflow")
    func large() {
        var histogram = [UInt32](repeating: 0, count: 256)
        histogram[3] = 1 << 25
        histogram[250] = 1 << 25
        #expect(OtsuThreshold.threshold(of: histogram) == 3)
    }

    @Test("counts every sample")
    func counts() throws {
        let samples = (0..<1031).map { UInt8($0 % 251) }
        let histogram = OtsuThreshold.histogram(of: samples.span, cancellation: CancellationFlag())
        #expect(histogram == (0..<256).map { level in UInt32(samples.count { Int($0) == level }) })
    }

    @Test("a raised flag stops it")
    func cancels() {
        let flag = CancellationFlag()
        flag.raise()
        let samples: [UInt8] = [1]
        #expect(OtsuThreshold.histogram(of: samples.span, cancellation: flag) == nil)
    }

    @Test("2^26 samples are still exact: a level with one sample counts")
    func largestExact() {
        var histogram = [UInt32](repeating: 0, count: 256)
        histogram[10] = (1 << 25) - 1
        histogram[11] = 1
        histogram[200] = 1 << 25
        #expect(OtsuThreshold.threshold(of: histogram) == 11)
    }

    @Test("more samples than products hold are counted coarsely, not trapped on")
    func huge() {
        var histogram = [UInt32](repeating: 0, count: 256)
        histogram[30] = 900_000_000
        histogram[200] = 100_000_000
        #expect((30..<200).contains(Int(OtsuThreshold.threshold(of: histogram))))
    }
}
