import PixelCore
import PixelKernels
import Testing

@Suite("MedianKernel")
struct MedianKernelTests {
    private static let a: [UInt8] = [10, 200, 30, 40, 50, 60, 7, 80, 90, 100, 110, 12, 130, 14, 150, 160]

    private static func smooth(
        _ samples: [UInt8], _ shape: PixelShape, window: Int, rank: MedianKernel.Rank = .upper
    ) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: samples.count)
        var span = output.mutableSpan
        let isFinished = MedianKernel.smooth(
            samples.span, into: &span, shape: shape, window: window, rank: rank, cancellation: CancellationFlag())
        return isFinished ? output : []
    }

    @Test(
        "kernel and reference equal scipy.ndimage.median_filter on a 4 by 4 image",
        arguments: [
            (2, [10, 200, 200, 40, 50, 60, 60, 40, 90, 90, 100, 80, 130, 100, 110, 150]),
            (3, [50, 30, 40, 40, 60, 60, 60, 40, 90, 90, 80, 80, 100, 110, 110, 150]),
            (4, [60, 50, 50, 60, 90, 50, 50, 40, 90, 90, 80, 80, 90, 100, 100, 100]),
            (5, [60, 50, 50, 40, 60, 50, 50, 40, 90, 90, 80, 80, 90, 90, 90, 100]),
        ] as [(Int, [UInt8])])
    func scipy(window: Int, expected: [UInt8]) throws {
        let shape = try #require(PixelShape(width: 4, height: 4, channels: 1))
        #expect(MedianReference.smooth(Self.a.span, shape: shape, window: window) == expected)
        #expect(Self.smooth(Self.a, shape, window: window) == expected)
    }

    @Test("first and last row of G equal scipy's")
    func goldenG() throws {
        let shape = try #require(PixelShape(width: 8, height: 8, channels: 1))
        let two = Self.smooth(TestImage.g, shape, window: 2)
        #expect(Array(two[0..<8]) == [0, 91, 182, 182, 108, 199, 199, 125])
        #expect(Array(two[56..<64]) == [52, 205, 205, 177, 152, 77, 202, 202])
        let three = Self.smooth(TestImage.g, shape, window: 3)
        #expect(Array(three[0..<8]) == [37, 91, 91, 108, 108, 108, 125, 125])
        #expect(Array(three[56..<64]) == [52, 177, 177, 127, 77, 77, 183, 183])
    }

    // scipy 1.17, size=(k, k, 1), on sample n = (97 n + 31 (n / 5)) mod 256 of a 7 by 5 RGB image.
    @Test("the second row of an RGB image equals scipy's")
    func colour() throws {
        let shape = try #require(PixelShape(width: 7, height: 5, channels: 3))
        let samples = (0..<105).map { (n: Int) -> UInt8 in
            let value: Int = 97 * n + 31 * (n / 5)
            return UInt8(value % 256)
        }
        let two = Self.smooth(samples, shape, window: 2)
        #expect(
            Array(two[21..<42])
                == [
                    113, 210, 194, 113, 132, 117, 148, 132, 117, 136, 121, 152, 136, 121, 140, 125, 156, 140, 125, 144,
                    129,
                ])
        let three = Self.smooth(samples, shape, window: 3)
        #expect(
            Array(three[21..<42])
                == [
                    113, 97, 164, 101, 132, 117, 101, 132, 105, 136, 121, 105, 136, 109, 140, 125, 109, 140, 48, 144,
                    129,
                ])
    }

    @Test("the lower rank equals scipy's rank_filter, and is the upper rank of the negative")
    func lowerRank() throws {
        let shape = try #require(PixelShape(width: 4, height: 4, channels: 1))
        #expect(
            Self.smooth(Self.a, shape, window: 2, rank: .lower)
                == [10, 10, 30, 30, 10, 50, 30, 30, 50, 60, 60, 12, 90, 90, 100, 110])
        let negative = Self.a.map { 255 - $0 }
        #expect(
            Self.smooth(Self.a, shape, window: 2, rank: .lower)
                == Self.smooth(negative, shape, window: 2).map { 255 - $0 })
    }

    @Test("equals scipy for every window and both ranks")
    func fixtures() throws {
        let fixture = try SqueezingFixture("median")
        for one in fixture.cases {
            let (shape, samples) = try #require(fixture.picture(of: one))
            let window = try #require(one.window)
            let rank = try #require(one.rank.flatMap(MedianKernel.Rank.init))
            #expect(
                Self.smooth(samples, shape, window: window, rank: rank) == one.outputSamples,
                "\(one.image), window \(window), \(rank)")
        }
    }

    @Test("equals the reference at every awkward shape, for both ranks", arguments: MedianKernel.windows, [1, 3])
    func reference(window: Int, channels: Int) throws {
        // The reference sorts window² samples for each sample: of the large shapes, one will do.
        for side in TestImage.shapes where side.width * side.height * channels <= 600 {
            let shape = try #require(PixelShape(width: side.width, height: side.height, channels: channels))
            let samples = TestImage.random(shape, seed: 11)
            for rank in window.isMultiple(of: 2) ? MedianKernel.Rank.allCases : [.upper] {
                let expected = MedianReference.smooth(
                    samples.span, shape: shape, window: window, isLower: rank == .lower)
                #expect(Self.smooth(samples, shape, window: window, rank: rank) == expected)
            }
        }
    }

    // 131 and 132 samples lie on both sides of the length from which 3×3 works on two rows; 600 is more than a tile.
    @Test(
        "equals the reference on rows of one block, of one tile and of more", arguments: [64, 131, 132, 193, 448, 600])
    func longRows(width: Int) throws {
        for (height, window) in [(1, 3), (2, 3), (3, 3), (4, 3), (2, 2), (2, 4), (2, 5), (2, 8)] {
            let shape = try #require(PixelShape(width: width, height: height, channels: 1))
            let samples = TestImage.random(shape, seed: 12)
            let expected = MedianReference.smooth(samples.span, shape: shape, window: window)
            #expect(Self.smooth(samples, shape, window: window) == expected)
        }
    }

    @Test("writes nothing but its output", arguments: MedianKernel.windows)
    func staysInside(window: Int) throws {
        let shape = try #require(PixelShape(width: 45, height: 5, channels: 3))
        let samples = TestImage.random(shape, seed: 13)
        var padded = [UInt8](repeating: 77, count: samples.count + 200)
        var whole = padded.mutableSpan
        var middle = whole._mutatingExtracting(100..<100 + samples.count)
        #expect(
            MedianKernel.smooth(
                samples.span, into: &middle, shape: shape, window: window, cancellation: CancellationFlag()))
        #expect(padded[..<100].allSatisfy { $0 == 77 } && padded.suffix(100).allSatisfy { $0 == 77 })
    }

    @Test("a raised flag stops it")
    func cancels() throws {
        let shape = try #require(PixelShape(width: 1, height: 1, channels: 1))
        let flag = CancellationFlag()
        flag.raise()
        let source: [UInt8] = [1]
        var output: [UInt8] = [0]
        var span = output.mutableSpan
        #expect(!MedianKernel.smooth(source.span, into: &span, shape: shape, window: 2, cancellation: flag))
    }
}
