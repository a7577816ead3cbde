import PixelCore
import PixelKernels
import Testing

@Suite("GaussianKernel")
struct GaussianKernelTests {
    private static func blur(
        _ samples: [UInt8], _ shape: PixelShape, _ weights: BlurWeights, _ border: GaussianKernel.Border
    ) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: samples.count)
        var span = output.mutableSpan
        let isFinished = GaussianKernel.blur(
            samples.span, into: &span, shape: shape, weights: weights, border: border, cancellation: CancellationFlag())
        return isFinished ? output : []
    }

    // scipy 1.17 with truncation 4, and OpenCV 5.0 with three taps, on G.
    @Test("the first row of G equals the published values")
    func golden() throws {
        let shape = try #require(PixelShape(width: 8, height: 8, channels: 1))
        let scipy = try #require(BlurWeights(scipySigma: 1))
        #expect(
            Array(Self.blur(TestImage.g, shape, scipy, .reflect)[0..<8]) == [56, 92, 113, 113, 127, 136, 112, 96])
        let samples = TestImage.g
        let exact = GaussianReference.blur(samples.span, shape: shape, sigma: 1, radius: 4, border: .reflect)
        let published = [56.0913, 92.1992, 113.0969, 112.8770, 126.6927, 135.6704, 112.1322, 96.3005]
        #expect(largestDifference(Array(exact[0..<8]), published) < 6e-5)
        let three = try #require(BlurWeights(sigma: 1, radius: 1))
        #expect(
            Array(Self.blur(TestImage.g, shape, three, .mirror)[0..<8]) == [86, 102, 127, 118, 143, 154, 120, 79])
    }

    @Test("is within one level of scipy and of OpenCV, and rarely off by one")
    func peers() throws {
        let fixture = try DenoisingFixture("gaussian")
        for entry in fixture.cases {
            let (shape, samples) = try #require(fixture.picture(entry.image))
            let sigma = try #require(entry.sigma)
            let isSciPy = entry.peer == "scipy"
            let weights = try #require(isSciPy ? BlurWeights(scipySigma: sigma) : BlurWeights(openCVSigma: sigma))
            let blurred = Self.blur(samples, shape, weights, isSciPy ? .reflect : .mirror).map(Double.init)
            #expect(largestDifference(blurred, entry.values) <= 1, "\(entry.image) \(entry.peer ?? "") \(sigma)")
            let unequal = zip(blurred, entry.values).count { $0 != $1 }
            // OpenCV's own weights have 8 bits.
            #expect(unequal <= (isSciPy ? 2 + samples.count / 25 : samples.count / 3))
        }
    }

    @Test("takes the radius that each peer does")
    func radii() throws {
        #expect([0.1, 0.3, 1, 2.5, 10].map { BlurWeights(scipySigma: $0)?.radius } == [0, 1, 4, 10, 40])
        #expect([0.3, 1, 2.5, 10].map { BlurWeights(openCVSigma: $0)?.radius } == [1, 3, 8, 30])
        #expect(BlurWeights(sigma: 0, radius: 1) == nil)
        #expect(BlurWeights(sigma: 1, radius: 65) == nil)
        #expect(BlurWeights([0, 0]) == nil)
        #expect(try #require(BlurWeights([2, 1])).weights == [32768, 16384])
    }

    @Test("is the nearest level of the exact sum, or off by one near half way", arguments: TestImage.shapes, [1, 3])
    func reference(side: (width: Int, height: Int), channels: Int) throws {
        let shape = try #require(PixelShape(width: side.width, height: side.height, channels: channels))
        let samples = TestImage.random(shape, seed: 31)
        for (sigma, radius) in [(0.6, 1), (1, 2), (1.2, 3), (1.5, 6), (3, 9)] {
            let weights = try #require(BlurWeights(sigma: sigma, radius: radius))
            for border in GaussianKernel.Border.allCases {
                let exact = GaussianReference.blur(
                    samples.span, shape: shape, sigma: sigma, radius: radius, border: border)
                let blurred = Self.blur(samples, shape, weights, border).map(Double.init)
                // Half of a 128th for each product cut and weight rounded, in two passes.
                #expect(largestDifference(blurred, exact) <= 0.5 + Double(radius + 2) / 128)
            }
        }
    }

    @Test("leaves a constant image as it is", arguments: [0, 1, 128, 254, 255] as [UInt8], [0.1, 0.7, 2, 10])
    func constant(level: UInt8, sigma: Double) throws {
        let shape = try #require(PixelShape(width: 300, height: 3, channels: 3))
        let samples = [UInt8](repeating: level, count: shape.sampleCount)
        let weights = try #require(BlurWeights(scipySigma: sigma))
        #expect(Self.blur(samples, shape, weights, .reflect) == samples)
    }

    @Test("a radius of 0 changes nothing")
    func identity() throws {
        let shape = try #require(PixelShape(width: 33, height: 5, channels: 3))
        let samples = TestImage.random(shape, seed: 2)
        let weights = try #require(BlurWeights(scipySigma: 0.1))
        #expect(Self.blur(samples, shape, weights, .reflect) == samples)
    }

    @Test("a raised flag stops it")
    func cancels() throws {
        let shape = try #require(PixelShape(width: 1, height: 1, channels: 1))
        let flag = CancellationFlag()
        flag.raise()
        let weights = try #require(BlurWeights(scipySigma: 1))
        let source: [UInt8] = [1]
        var output: [UInt8] = [0]
        var span = output.mutableSpan
        #expect(
            !GaussianKernel.blur(
                source.span, into: &span, shape: shape, weights: weights, border: .reflect, cancellation: flag))
    }
}
