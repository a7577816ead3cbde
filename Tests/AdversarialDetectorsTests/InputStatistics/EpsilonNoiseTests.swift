import ImageCodecs
import PixelCore
import Testing

@testable import AdversarialDetectors

@Suite("EpsilonNoise")
struct EpsilonNoiseTests {
    private static func image(epsilon: Int, isShared: Bool, width: Int = 60, channels: Int = 3) throws -> Image {
        let shape = try #require(PixelShape(width: width, height: 50, channels: channels))
        var generator = ChaChaGenerator(key: [21])
        var pixels = PixelBuffer(shape: shape)
        pixels.withMutableSamples { samples in
            for pixel in 0..<shape.pixelCount {
                let (x, y) = (pixel % width, pixel / width)
                let word = generator.nextWord()
                for c in 0..<channels {
                    let sign = word >> (isShared ? 0 : UInt32(c)) & 1 == 1 ? 1 : -1
                    samples[pixel * channels + c] = UInt8(80 + (x + y) / 6 + 10 * c + sign * epsilon)
                }
            }
        }
        return Image(pixels)
    }

    private static func signal(_ image: Image) throws -> Signal? {
        try EpsilonNoise(parameters: [:]).inspect(TestSubject.subject(image))
    }

    @Test("names the step of signs on a smooth ground", arguments: [1, 2, 3, 4, 8, 12])
    func named(epsilon: Int) throws {
        let signal = try #require(try Self.signal(try Self.image(epsilon: epsilon, isShared: false)))
        #expect(signal.value("epsilon") == Double(epsilon))
        #expect(signal.findings == ["epsilon-peak"])
        #expect(signal.score > 0.6)
        #expect(abs(signal.value("channel-correlation") ?? 1) < 0.2)
    }

    @Test("noise that the channels share is nothing odd")
    func shared() throws {
        let signal = try #require(try Self.signal(try Self.image(epsilon: 4, isShared: true)))
        #expect(signal.score == 0)
        #expect(signal.findings.isEmpty)
        #expect(signal.value("epsilon") == 0)
        #expect((signal.value("channel-correlation") ?? 0) > 0.9)
        #expect(signal.stratum == "png")
    }

    @Test("a flat image scores 0, grey and small ones have no signal")
    func degenerate() throws {
        let shape = try #require(PixelShape(width: 12, height: 12, channels: 3))
        let flat = try #require(try Self.signal(Image(PixelBuffer(shape: shape, filledWith: 255))))
        #expect(flat.score == 0 && flat.evidence.allSatisfy { $0.value.isFinite })
        #expect(try Self.signal(try Self.image(epsilon: 4, isShared: false, channels: 1)) == nil)
        #expect(try Self.signal(try Self.image(epsilon: 4, isShared: false, width: 11)) == nil)
    }

    @Test("a peak is more than chance leaves: no step in counts that fall evenly")
    func chance() {
        #expect(EpsilonNoise.epsilon((0..<64).map { 1000 / ($0 + 1) }) == nil)
        #expect(EpsilonNoise.epsilon([Int](repeating: 0, count: 64)) == nil)
        var counts = (0..<64).map { 1000 / ($0 + 1) }
        counts[10] += 100
        counts[20] += 100
        #expect(EpsilonNoise.epsilon(counts) == 10)
    }
}
