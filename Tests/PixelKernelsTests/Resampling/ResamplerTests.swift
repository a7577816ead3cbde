import PixelCore
import PixelKernels
import Testing

@Suite("Resampler")
struct ResamplerTests {
    private static func resize(
        _ samples: [UInt8], _ source: PixelShape, _ destination: PixelShape, _ method: Resampler.Method,
        _ convention: Resampler.Convention
    ) -> [UInt8]? {
        guard let resampler = Resampler(from: source, to: destination, method: method, convention: convention) else {
            return nil
        }
        // Whatever an earlier use left in the output must not show.
        var output = [UInt8](repeating: 171, count: destination.sampleCount)
        var span = output.mutableSpan
        let isFinished = resampler.resize(samples.span, into: &span, cancellation: CancellationFlag())
        return isFinished ? output : nil
    }

    private static func shape(_ width: Int, _ height: Int, _ channels: Int) throws -> PixelShape {
        try #require(PixelShape(width: width, height: height, channels: channels))
    }

    /// Levels by which OpenCV may differ: none where its arithmetic is whole numbers; `area` where an axis grows is
    /// another rule, see `AreaResampler`.
    private static func tolerance(
        _ method: Resampler.Method, _ convention: Resampler.Convention, _ fixture: ResamplingFixture
    ) -> Int? {
        if convention == .pillow { return 0 }
        switch method {
        case .nearest, .bilinear, .lanczos: return 0
        case .bicubic: return 1
        case .area: return fixture.toWidth <= fixture.width && fixture.toHeight <= fixture.height ? 1 : nil
        }
    }

    @Test(
        "equals its peer at every size, or is within one level where OpenCV rounds single precision",
        arguments: Resampler.Method.allCases, Resampler.Convention.allCases)
    func peers(method: Resampler.Method, convention: Resampler.Convention) throws {
        for fixture in try ResamplingFixture.load("\(convention.rawValue)-scaled") {
            guard let tolerance = Self.tolerance(method, convention, fixture) else { continue }
            let source = try Self.shape(fixture.width, fixture.height, fixture.channels)
            let destination = try Self.shape(fixture.toWidth, fixture.toHeight, fixture.channels)
            let output = try #require(Self.resize(fixture.source, source, destination, method, convention))
            let expected = try #require(fixture.samples[method.rawValue])
            #expect(output.count == expected.count)
            let furthest = zip(output, expected).map { abs(Int($0) - $1) }.max()
            #expect(
                furthest.map { $0 <= tolerance } == true, "\(source) to \(destination): off by \(furthest ?? -1)")
        }
    }

    @Test("equals its peer on large images", arguments: Resampler.Convention.allCases)
    func largePeers(convention: Resampler.Convention) throws {
        for fixture in try ResamplingFixture.load("\(convention.rawValue)-digests") {
            let source = try Self.shape(fixture.width, fixture.height, fixture.channels)
            let destination = try Self.shape(fixture.toWidth, fixture.toHeight, fixture.channels)
            for (name, digest) in fixture.samples {
                let method = try #require(Resampler.Method(rawValue: name))
                let output = try #require(Self.resize(fixture.source, source, destination, method, convention))
                #expect([ResamplingFixture.digest(output)] == digest, "\(name)")
            }
        }
    }

    @Test(
        "equals the reference for shrinking, growing and both at once", arguments: Resampler.Method.allCases,
        Resampler.Convention.allCases)
    func reference(method: Resampler.Method, convention: Resampler.Convention) throws {
        let sizes = [
            (1, 1, 1, 1), (1, 1, 4, 3), (2, 3, 1, 1), (5, 7, 3, 2), (7, 5, 7, 1), (9, 1, 4, 1), (1, 9, 1, 4),
            (1, 9, 5, 4), (10, 10, 9, 9), (16, 12, 8, 6), (31, 17, 8, 8), (4, 9, 9, 4), (3, 3, 8, 8), (33, 20, 32, 21),
            (12, 40, 11, 9), (40, 12, 9, 11), (6, 30, 15, 4), (3, 4, 3, 4),
        ]
        for (width, height, toWidth, toHeight) in sizes {
            for channels in [1, 3] {
                let source = try Self.shape(width, height, channels)
                let destination = try Self.shape(toWidth, toHeight, channels)
                let samples = TestImage.random(source, seed: 8)
                #expect(
                    Self.resize(samples, source, destination, method, convention)
                        == ResamplerReference.resize(
                            samples.span, from: source, to: destination, method: method, convention: convention),
                    "\(source) to \(destination)")
            }
        }
    }

    @Test("the size it has already changes nothing", arguments: Resampler.Method.allCases)
    func identity(method: Resampler.Method) throws {
        for convention in Resampler.Convention.allCases {
            let shape = try Self.shape(13, 7, 3)
            let samples = TestImage.random(shape, seed: 3)
            #expect(Self.resize(samples, shape, shape, method, convention) == samples)
        }
    }

    @Test("white stays white at extreme ratios", arguments: Resampler.Method.allCases)
    func extremes(method: Resampler.Method) throws {
        for (from, to) in [((65_536, 1), (1, 1)), ((1, 65_535), (2, 3)), ((1, 1), (4000, 1)), ((3, 2), (5, 2000))] {
            for convention in Resampler.Convention.allCases {
                let source = try Self.shape(from.0, from.1, 1)
                let destination = try Self.shape(to.0, to.1, 1)
                let white = [UInt8](repeating: 255, count: source.sampleCount)
                #expect(
                    Self.resize(white, source, destination, method, convention)
                        == [UInt8](repeating: 255, count: destination.sampleCount))
            }
        }
    }

    @Test("refuses sides over the limit and different channels", arguments: Resampler.Method.allCases)
    func refuses(method: Resampler.Method) throws {
        let pixel = try Self.shape(1, 1, 1)
        for other in [try Self.shape(65_537, 1, 1), try Self.shape(1, 65_537, 1), try Self.shape(1, 1, 3)] {
            #expect(Resampler(from: pixel, to: other, method: method, convention: .opencv) == nil)
            #expect(Resampler(from: other, to: pixel, method: method, convention: .pillow) == nil)
        }
    }

    @Test("a raised flag stops it", arguments: Resampler.Method.allCases)
    func cancels(method: Resampler.Method) throws {
        let flag = CancellationFlag()
        flag.raise()
        for convention in Resampler.Convention.allCases {
            for side in [1, 2, 9] {
                let source = try Self.shape(4, 4, 1)
                let destination = try Self.shape(side, side, 1)
                let resampler = try #require(
                    Resampler(from: source, to: destination, method: method, convention: convention))
                var output = [UInt8](repeating: 0, count: destination.sampleCount)
                var span = output.mutableSpan
                let samples = TestImage.random(source, seed: 1)
                #expect(!resampler.resize(samples.span, into: &span, cancellation: flag))
            }
        }
    }
}
