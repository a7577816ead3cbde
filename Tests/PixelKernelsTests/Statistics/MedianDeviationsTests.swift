import PixelCore
import PixelKernels
import Testing

@Suite("MedianDeviations")
struct MedianDeviationsTests {
    private static func image(_ width: Int, _ height: Int, _ sample: (Int) -> UInt8) throws -> Image {
        let shape = try #require(PixelShape(width: width, height: height, channels: 3))
        var pixels = PixelBuffer(shape: shape)
        pixels.withMutableSamples { for i in 0..<$0.count { $0[i] = sample(i) } }
        return Image(pixels)
    }

    @Test("are those of the reference at odd sizes", arguments: [(12, 12), (13, 17), (70, 12), (12, 31), (133, 45)])
    func reference(size: (Int, Int)) throws {
        let shape = try #require(PixelShape(width: size.0, height: size.1, channels: 3))
        let random = TestImage.random(shape, seed: 6)
        for mask: UInt8 in [255, 15, 3] {
            let image = try Self.image(size.0, size.1) { 100 + (random[$0] & mask) / (mask > 127 ? 2 : 1) }
            let found = try #require(MedianDeviations(of: image))
            #expect(found == MedianDeviationsReference.deviations(of: image))
            #expect(found.pixels == (size.0 - 2) * (size.1 - 2))
            if size.0 * size.1 > 2000 { #expect(found.opposed > 0 && found.aligned > 0) }
        }
    }

    @Test("of a large image are those of the bands that are read")
    func bands() throws {
        let shape = try #require(PixelShape(width: 40, height: 300, channels: 3))
        let random = TestImage.random(shape, seed: 7)
        let image = try Self.image(40, 300) { random[$0] / UInt8(1 + $0 / 6000) }
        let found = try #require(MedianDeviations(of: image, wholeUpTo: 6000))
        #expect(found == MedianDeviationsReference.deviations(of: image, wholeUpTo: 6000))
        #expect(found.pixels < 6000)
    }

    @Test("single pixels on a flat ground are counted by hand")
    func byHand() throws {
        // At (3, 3): +5, -5, +5. At (8, 3): +4, +5, +6. At (3, 8): +9, +1, -9.
        let steps: [Int: [Int]] = [3 * 12 + 3: [5, -5, 5], 3 * 12 + 8: [4, 5, 6], 8 * 12 + 3: [9, 1, -9]]
        let image = try Self.image(12, 12) { UInt8(100 + (steps[$0 / 3]?[$0 % 3] ?? 0)) }
        let found = try #require(MedianDeviations(of: image))
        #expect(found.pixels == 100)
        #expect(found.opposed == 1)
        #expect(found.aligned == 1)
        #expect(found.opposedEqual[5] == 1 && found.opposedEqual.reduce(0, +) == 1)
        // Red 25 + 16 + 81, green 25 + 25 + 1, blue 25 + 36 + 81; products -25 + 20 + 9, -25 + 30 - 9, 25 + 24 - 81.
        let (r, g, b) = (122.0, 51.0, 142.0)
        let expected = 4 / (r * g).squareRoot() - 4 / (g * b).squareRoot() - 32 / (r * b).squareRoot()
        #expect(abs(found.correlation - expected / 3) < 1e-12)
        #expect(found.excessKurtosis > 10)
    }

    @Test("a flat image deviates nowhere; grey and small ones are not measured")
    func degenerate() throws {
        let flat = try #require(MedianDeviations(of: try Self.image(20, 12) { _ in 7 }))
        #expect(flat.opposed == 0 && flat.aligned == 0 && flat.correlation == 1 && flat.excessKurtosis == 0)
        #expect(MedianDeviations(of: try Self.image(11, 30) { _ in 7 }) == nil)
        let grey = try #require(PixelShape(width: 30, height: 30, channels: 1))
        #expect(MedianDeviations(of: Image(PixelBuffer(shape: grey))) == nil)
    }
}
