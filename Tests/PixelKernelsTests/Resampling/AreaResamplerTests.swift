import PixelCore
import PixelKernels
import Testing

@Suite("AreaResampler")
struct AreaResamplerTests {
    private static func resize(_ samples: [UInt8], _ source: PixelShape, _ destination: PixelShape) -> [UInt8]? {
        guard let resampler = AreaResampler(from: source, to: destination) else { return nil }
        var output = [UInt8](repeating: 0, count: destination.sampleCount)
        var span = output.mutableSpan
        let isFinished = resampler.resize(samples.span, into: &span, cancellation: CancellationFlag())
        return isFinished ? output : nil
    }

    private static func shape(_ width: Int, _ height: Int, _ channels: Int = 1) throws -> PixelShape {
        try #require(PixelShape(width: width, height: height, channels: channels))
    }

    @Test(
        "means of G equal OpenCV's INTER_AREA before rounding",
        arguments: [
            (2, [97.25, 107.25, 139.25, 117.25]),
            (
                3,
                [91.078125, 135.6875, 120.296875, 94.9375, 100.75, 94.5625, 118.296875, 133.3125, 148.328125]
            ),
        ] as [(Int, [Double])])
    func golden(side: Int, expected: [Double]) throws {
        let resampler = try #require(AreaResampler(from: Self.shape(8, 8), to: Self.shape(side, side)))
        var means: [Double] = []
        let samples = TestImage.g
        resampler.visitRows(of: samples.span) { _, sums in
            for x in 0..<sums.count { means.append(Double(sums[x]) / Double(resampler.total)) }
        }
        // Numerators and denominators are small whole numbers: division gives the nearest double of each.
        #expect(means == expected)
    }

    @Test("G at 2 and 3 pixels rounds as OpenCV does")
    func rounded() throws {
        #expect(try Self.resize(TestImage.g, Self.shape(8, 8), Self.shape(2, 2)) == [97, 107, 139, 117])
        #expect(
            try Self.resize(TestImage.g, Self.shape(8, 8), Self.shape(3, 3))
                == [91, 136, 120, 95, 101, 95, 118, 133, 148])
    }

    @Test("an exact half goes to the even level")
    func halves() throws {
        #expect(try Self.resize([0, 1, 2, 3], Self.shape(4, 1), Self.shape(2, 1)) == [0, 2])
        #expect(try Self.resize([1, 2, 4, 5], Self.shape(4, 1), Self.shape(2, 1)) == [2, 4])
    }

    @Test("growing interpolates between pixel centres and clamps the edge")
    func grows() throws {
        #expect(try Self.resize([0, 100], Self.shape(2, 1), Self.shape(4, 1)) == [0, 25, 75, 100])
        #expect(try Self.resize([0, 100], Self.shape(1, 2), Self.shape(1, 4)) == [0, 25, 75, 100])
        #expect(try Self.resize([7], Self.shape(1, 1), Self.shape(3, 2)) == [7, 7, 7, 7, 7, 7])
    }

    @Test("equal shapes change nothing")
    func identity() throws {
        let shape = try Self.shape(13, 7, 3)
        let samples = TestImage.random(shape, seed: 3)
        #expect(Self.resize(samples, shape, shape) == samples)
    }

    @Test(
        "equals the reference for shrinking, growing and both at once",
        arguments: [
            (1, 1, 1, 1), (5, 7, 3, 2), (7, 5, 7, 1), (9, 1, 4, 1), (1, 9, 1, 4), (10, 10, 9, 9), (16, 12, 8, 4),
            (31, 17, 8, 8), (4, 9, 9, 4), (3, 3, 8, 8), (33, 20, 32, 21),
            (17, 5, 19, 7), (7, 9, 20, 22), (140, 130, 3, 2), (257, 257, 2, 2),
        ], [1, 3])
    func reference(sides: (Int, Int, Int, Int), channels: Int) throws {
        let source = try Self.shape(sides.0, sides.1, channels)
        let destination = try Self.shape(sides.2, sides.3, channels)
        let samples = TestImage.random(source, seed: 8)
        #expect(
            Self.resize(samples, source, destination)
                == AreaReference.resize(samples.span, from: source, to: destination))
    }

    @Test(
        "its samples are the sums of the visited rows, divided",
        arguments: [(31, 17, 8, 9), (5, 6, 17, 3), (4, 4, 2, 2)])
    func visited(sides: (Int, Int, Int, Int)) throws {
        let source = try Self.shape(sides.0, sides.1, 3)
        let destination = try Self.shape(sides.2, sides.3, 3)
        let samples = TestImage.random(source, seed: 8)
        let resampler = try #require(AreaResampler(from: source, to: destination))
        let divider = RoundingDivider(divisor: resampler.total)
        var visited: [UInt8] = []
        resampler.visitRows(of: samples.span) { _, sums in
            for i in 0..<sums.count { visited.append(UInt8(divider.divide(sums[i]))) }
        }
        #expect(Self.resize(samples, source, destination) == visited)
    }

    // Sides without a common divisor: the weights of a sample add up to 2903 · 2902, sums pass 32 signed bits.
    @Test("halves keep their levels where sums need 64 bits")
    func wide() throws {
        let source = try Self.shape(2903, 2)
        let samples: [UInt8] = (0..<source.sampleCount).map { $0 % 2903 < 1451 ? 40 : 201 }
        // Column 1451 is split between both: (1451 · 40 + 201 / 2) / 1451.5 is 40.06.
        let expected = (0..<2 * 1451).map { UInt8($0 % 2 == 0 ? 40 : 201) }
        #expect(Self.resize(samples, source, try Self.shape(2, 1451)) == expected)
    }

    @Test(
        "white stays white at extreme ratios",
        arguments: [(65_535, 1, 1, 1), (1, 65_535, 1, 65_534), (1, 1, 65_535, 1)])
    func extremes(sides: (Int, Int, Int, Int)) throws {
        let source = try Self.shape(sides.0, sides.1)
        let destination = try Self.shape(sides.2, sides.3)
        let white = [UInt8](repeating: 255, count: source.sampleCount)
        #expect(Self.resize(white, source, destination) == [UInt8](repeating: 255, count: destination.sampleCount))
    }

    @Test("refuses sides over its limit and different channels")
    func refuses() throws {
        #expect(try AreaResampler(from: Self.shape(65_537, 1), to: Self.shape(1, 1)) == nil)
        #expect(try AreaResampler(from: Self.shape(1, 1), to: Self.shape(1, 65_537)) == nil)
        #expect(try AreaResampler(from: Self.shape(1, 1, 3), to: Self.shape(1, 1, 1)) == nil)
    }

    @Test("a raised flag stops it")
    func cancels() throws {
        let resampler = try #require(AreaResampler(from: Self.shape(2, 2), to: Self.shape(1, 1)))
        let flag = CancellationFlag()
        flag.raise()
        let source: [UInt8] = [1, 2, 3, 4]
        var output: [UInt8] = [0]
        var span = output.mutableSpan
        #expect(!resampler.resize(source.span, into: &span, cancellation: flag))
    }
}
