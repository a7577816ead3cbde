import PixelCore
import PixelKernels
import Testing

@Suite("Codebook")
struct CodebookTests {
    private static func draw(_ size: Int, _ samples: [UInt8], _ shape: PixelShape, seed: UInt8 = 1) -> Codebook {
        var generator = ChaChaGenerator(key: [seed])
        return Codebook.draw(size, from: samples.span, shape: shape, using: &generator)
    }

    @Test("codewords are pixels of the image and differ", arguments: [1, 3], [2, 5, 16])
    func members(channels: Int, size: Int) throws {
        for side in [9, 80] {
            let shape = try #require(PixelShape(width: side, height: side, channels: channels))
            let samples = TestImage.random(shape, seed: 6)
            let pixels = Set((0..<shape.pixelCount).map { Array(samples[$0 * channels..<($0 + 1) * channels]) })
            let book = Self.draw(size, samples, shape)
            #expect(book.count == size)
            let words = (0..<size).map { Array(book.codewords[$0 * channels..<($0 + 1) * channels]) }
            #expect(Set(words).count == size)
            #expect(words.allSatisfy(pixels.contains))
        }
    }

    @Test("an image of two colours has two codewords, whatever was asked for")
    func fewColours() throws {
        let shape = try #require(PixelShape(width: 5, height: 1, channels: 1))
        let book = Self.draw(16, [9, 9, 200, 9, 9], shape)
        #expect(book.codewords.sorted() == [9, 200])
    }

    // The first word is uniform; from 0 the squares of the distances to 10 and 20 are 100 and 400.
    @Test("the second codeword is drawn by squared distance")
    func weights() throws {
        let shape = try #require(PixelShape(width: 3, height: 1, channels: 1))
        var firsts = [UInt8: Int]()
        var (near, far) = (0, 0)
        for seed in 0..<3000 {
            var generator = ChaChaGenerator(key: [UInt8(seed % 256), UInt8(seed / 256)])
            let samples: [UInt8] = [0, 10, 20]
            let words = Codebook.draw(2, from: samples.span, shape: shape, using: &generator).codewords
            firsts[words[0], default: 0] += 1
            if words[0] == 0 { (near, far) = words[1] == 10 ? (near + 1, far) : (near, far + 1) }
        }
        // Thirds of 3,000 with a standard deviation of 26, and a fifth of about 1,000 with one of 13.
        #expect(firsts.values.allSatisfy { abs($0 - 1000) < 104 })
        #expect(abs(Double(near) / Double(near + far) - 0.2) < 0.052)
    }

    @Test("every pixel becomes its nearest codeword, the earlier one on a tie", arguments: [1, 3])
    func nearest(channels: Int) throws {
        let shape = try #require(PixelShape(width: 61, height: 37, channels: channels))
        let samples = TestImage.random(shape, seed: 6)
        let sampler = try #require(GaussianSampler(standardDeviation: 3))
        let noise = NoiseKernel(gaussian: sampler)
        for size in [2, 7, 16] {
            let book = Self.draw(size, samples, shape)
            var generator = ChaChaGenerator(key: [9])
            var copy = generator
            var output = [UInt8](repeating: 0, count: samples.count)
            var span = output.mutableSpan
            let isFinished = book.quantize(
                samples.span, into: &span, noise: noise, drawingFrom: &generator, cancellation: CancellationFlag())
            #expect(isFinished)
            let noisy = samples.map { max(0, min(255, Int($0) + sampler.sample(&copy))) }
            var expected: [UInt8] = []
            for pixel in 0..<shape.pixelCount {
                let distances = (0..<size).map { word in
                    (0..<channels).reduce(0) { sum, c in
                        let difference = noisy[pixel * channels + c] - Int(book.codewords[word * channels + c])
                        return sum + difference * difference
                    }
                }
                let best = distances.indices.min { distances[$0] < distances[$1] } ?? 0
                expected += book.codewords[best * channels..<(best + 1) * channels]
            }
            #expect(output == expected)
        }
    }
}
