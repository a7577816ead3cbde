import AdversarialDetectors
import PixelCore
import Testing

@Suite("LumaSignature")
struct LumaSignatureTests {
    private static func image(width: Int, height: Int, channels: Int, _ sample: (Int, Int, Int) -> Int) throws -> Image
    {
        let shape = try #require(PixelShape(width: width, height: height, channels: channels))
        var pixels = PixelBuffer(shape: shape)
        pixels.withMutableSamples { samples in
            for i in 0..<samples.count {
                let pixel = i / channels
                samples[i] = UInt8(sample(pixel % width, pixel / width, i % channels) % 256)
            }
        }
        return Image(pixels)
    }

    // numpy: rint(8 · block mean of (77 R + 150 G + 29 B) / 256), minus floor((sum + 32) / 64).
    @Test("of a colour image equals an independent computation")
    func colour() throws {
        let image = try Self.image(width: 24, height: 16, channels: 3) { x, y, c in
            c == 0 ? x * 9 + y * 3 : c == 1 ? x * x + y * 7 : y * 15
        }
        let signature = try #require(LumaSignature(of: image))
        #expect(
            Array(signature.values[0..<16]) == [
                -871, -735, -516, -212, 177, -151, 7, 248, -763, -628, -409, -105, 284, -43, 114, 355,
            ])
        #expect(Array(signature.values[56..<64]) == [-120, 15, 235, 539, 127, 200, 757, 199])
    }

    @Test("of an 8×8 grey image is the image without its mean")
    func grey() throws {
        let image = try Self.image(width: 8, height: 8, channels: 1) { j, i, _ in 37 * i * i + 91 * j + 53 * i * j }
        let signature = try #require(LumaSignature(of: image))
        #expect(Array(signature.values[0..<8]) == [-922, -194, 534, -786, -58, 670, -650, 78])
        #expect(Array(signature.values[56..<64]) == [-754, 894, 494, 94, -306, -706, 942, 542])
    }

    @Test("ignores brightness, and distance counts levels")
    func distance() throws {
        let dark = try Self.image(width: 16, height: 16, channels: 1) { x, _, _ in x < 8 ? 40 : 80 }
        let bright = try Self.image(width: 16, height: 16, channels: 1) { x, _, _ in x < 8 ? 60 : 100 }
        let steeper = try Self.image(width: 16, height: 16, channels: 1) { x, _, _ in x < 8 ? 30 : 90 }
        let a = try #require(LumaSignature(of: dark))
        let b = try #require(LumaSignature(of: bright))
        let c = try #require(LumaSignature(of: steeper))
        #expect(a.distance(to: b) == 0)
        #expect(a.distance(to: c) == 10)
        #expect(a.norm == 20)
    }

    // White noise of sigma moves it by about 0.668 sigma / block side: 0.167 at sigma 1 and 4-pixel blocks.
    @Test("white noise moves it as the closed form says")
    func noise() throws {
        let clean = try #require(LumaSignature(of: TestSubject.image()))
        let noisy = try #require(LumaSignature(of: TestSubject.image(noise: 16)))
        // Grey noise is not averaged over channels: sigma / side = 4; 64 values put the root mean square within a
        // third.
        #expect(abs(clean.distance(to: noisy) - 4) < 1.3)
    }

    @Test("images below 8 pixels have one", arguments: [(1, 1), (1, 5), (3, 2)])
    func small(width: Int, height: Int) throws {
        let image = try Self.image(width: width, height: height, channels: 3) { x, y, _ in 40 * x + 70 * y }
        let signature = try #require(LumaSignature(of: image))
        #expect(signature.values.count == 64)
    }
}
