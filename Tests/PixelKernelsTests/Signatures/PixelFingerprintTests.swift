import PixelCore
import PixelKernels
import Testing

@Suite("PixelFingerprint")
struct PixelFingerprintTests {
    private static func make(_ key: UInt8) -> PixelFingerprint {
        var generator = ChaChaGenerator(key: [key])
        return PixelFingerprint(generator: &generator)
    }

    @Test("equal images have equal fingerprints", arguments: TestImage.shapes, [1, 3])
    func equal(side: (width: Int, height: Int), channels: Int) throws {
        let shape = try #require(PixelShape(width: side.width, height: side.height, channels: channels))
        let samples = TestImage.random(shape, seed: 2)
        #expect(Self.make(1).of(samples.span, shape: shape) == Self.make(1).of(samples.span, shape: shape))
    }

    @Test("any single changed sample changes it", arguments: [5, 16, 35])
    func sensitive(width: Int) throws {
        let shape = try #require(PixelShape(width: width, height: 3, channels: 1))
        let samples = TestImage.random(shape, seed: 2)
        let fingerprint = Self.make(1)
        var seen: Set<UInt64> = [fingerprint.of(samples.span, shape: shape)]
        for i in samples.indices {
            var changed = samples
            changed[i] ^= 1
            #expect(seen.insert(fingerprint.of(changed.span, shape: shape)).inserted)
        }
    }

    @Test("the shape and the key are part of it")
    func keyed() throws {
        let wide = try #require(PixelShape(width: 4, height: 2, channels: 1))
        let tall = try #require(PixelShape(width: 2, height: 4, channels: 1))
        let samples = [UInt8](repeating: 0, count: 8)
        #expect(Self.make(1).of(samples.span, shape: wide) != Self.make(1).of(samples.span, shape: tall))
        #expect(Self.make(1).of(samples.span, shape: wide) != Self.make(2).of(samples.span, shape: wide))
    }
}
