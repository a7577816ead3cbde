import PixelCore
import PixelKernels
import Testing

@Suite("NonLocalMeansKernel")
struct NonLocalMeansKernelTests {
    private static func smooth(
        _ samples: [UInt8], _ shape: PixelShape, search: Int, patch: Int, strength: Double
    ) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: samples.count)
        var span = output.mutableSpan
        let kernel = NonLocalMeansKernel(strength: strength, patch: patch, search: search)
        let isFinished = kernel.smooth(samples.span, into: &span, shape: shape, cancellation: CancellationFlag())
        return isFinished ? output : []
    }

    @Test("equals OpenCV to the bit, and where distances do not fit 16 bits nearly so")
    func openCV() throws {
        let samples = try NonLocalFixture.load("nl-means")
        #expect(samples.count == 90)
        var (differences, inexact) = (0.0, 0.0)
        for sample in samples {
            let (patch, strength) = (sample.parameters[1], sample.parameters[2])
            let output = Self.smooth(
                sample.input, sample.shape, search: Int(sample.parameters[0]), patch: Int(patch), strength: strength)
            if patch * strength <= (sample.shape.channels == 1 ? 96 : 68) {
                #expect(output == sample.output, "\(sample.name)")
            } else {
                // A level of L, a or b is up to four of a colour.
                let difference = LevelDifference(output, sample.output)
                #expect(difference.largest <= (sample.shape.channels == 1 ? 1 : 4), "\(sample.name)")
                differences += difference.mean
                inexact += 1
            }
        }
        #expect(differences < 0.02 * inexact)
    }

    @Test("converts colour as OpenCV does, to the bit")
    func lab() throws {
        for sample in try NonLocalFixture.load("lab") {
            #expect(Self.smooth(sample.input, sample.shape, search: 3, patch: 1, strength: 0.1) == sample.output)
        }
    }

    @Test("the first row of G at h 30 is OpenCV's, and h 10 with larger patches leaves G as it is")
    func golden() throws {
        let shape = try #require(PixelShape(width: 8, height: 8, channels: 1))
        let strong = Self.smooth(TestImage.g, shape, search: 11, patch: 3, strength: 30)
        #expect(Array(strong[0..<8]) == [7, 93, 174, 18, 106, 200, 36, 124])
        #expect(Self.smooth(TestImage.g, shape, search: 21, patch: 7, strength: 10) == TestImage.g)
    }

    @Test(
        "equals the reference at every awkward shape", arguments: TestImage.shapes,
        [(3, 3, 30), (7, 1, 12), (5, 5, 18)] as [(Int, Int, Double)])
    func reference(side: (width: Int, height: Int), parameters: (search: Int, patch: Int, strength: Double)) throws {
        let shape = try #require(PixelShape(width: side.width, height: side.height, channels: 1))
        // Few levels, so that patches are alike.
        let samples = TestImage.random(shape, seed: 5).map { $0 % 32 + 100 }
        let output = Self.smooth(
            samples, shape, search: parameters.search, patch: parameters.patch, strength: parameters.strength)
        let expected = NonLocalMeansReference.smooth(
            samples.span, shape: shape, strength: parameters.strength, patch: parameters.patch,
            search: parameters.search)
        #expect(output == expected)
    }

    @Test("a constant image stays as it is but for the conversion of colour", arguments: [1, 3])
    func constant(channels: Int) throws {
        let shape = try #require(PixelShape(width: 40, height: 33, channels: channels))
        let grey = [UInt8](repeating: channels == 1 ? 255 : 254, count: shape.sampleCount)
        let isSame = Self.smooth(grey, shape, search: 31, patch: 9, strength: 100) == grey
        #expect(isSame)
    }

    @Test("the same rows come out of a high image whichever band of rows they fall into")
    func bands() throws {
        let shape = try #require(PixelShape(width: 9, height: 100, channels: 1))
        let samples = TestImage.random(shape, seed: 9).map { $0 % 16 }
        let output = Self.smooth(samples, shape, search: 5, patch: 3, strength: 10)
        let part = try #require(PixelShape(width: 9, height: 77, channels: 1))
        let lower = Self.smooth(Array(samples[(23 * 9)...]), part, search: 5, patch: 3, strength: 10)
        // Three rows below the cut the border is out of reach.
        #expect(Array(output[(26 * 9)...]) == Array(lower[27...]))
    }

    @Test("a raised flag stops it")
    func cancels() throws {
        let shape = try #require(PixelShape(width: 1, height: 1, channels: 1))
        let flag = CancellationFlag()
        flag.raise()
        let source: [UInt8] = [1]
        var output: [UInt8] = [0]
        var span = output.mutableSpan
        let kernel = NonLocalMeansKernel(strength: 2, patch: 3, search: 13)
        #expect(!kernel.smooth(source.span, into: &span, shape: shape, cancellation: flag))
    }
}
