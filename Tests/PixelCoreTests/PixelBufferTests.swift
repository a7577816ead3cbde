import PixelCore
import Testing

@Suite("PixelBuffer")
struct PixelBufferTests {
    @Test("starts filled with one level")
    func filled() throws {
        let shape = try #require(PixelShape(width: 3, height: 2, channels: 3))
        let pixels = PixelBuffer(shape: shape, filledWith: 200)
        let isFilled = pixels.withSamples { samples in
            samples.count == 18 && (0..<18).allSatisfy { samples[$0] == 200 }
        }
        #expect(isFilled)
    }

    @Test("adopts samples of the right count alone", arguments: [0, 3, 4, 5])
    func adopts(count: Int) throws {
        let shape = try #require(PixelShape(width: 2, height: 2, channels: 1))
        let isMade: Bool
        if PixelBuffer(shape: shape, adopting: [UInt8](repeating: 1, count: count)) != nil {
            isMade = true
        } else {
            isMade = false
        }
        #expect(isMade == (count == 4))
    }

    @Test("a copy changes alone")
    func copies() throws {
        let shape = try #require(PixelShape(width: 1, height: 1, channels: 1))
        let pixels = PixelBuffer(shape: shape, filledWith: 5)
        var copy = pixels.copy()
        copy.withMutableSamples { $0[0] = 6 }
        #expect(pixels.withSamples { $0[0] } == 5)
        #expect(copy.withSamples { $0[0] } == 6)
    }

    @Test("passes the body's error on")
    func throwsThrough() throws {
        struct Odd: Error {}
        let shape = try #require(PixelShape(width: 1, height: 1, channels: 1))
        let pixels = PixelBuffer(shape: shape)
        var caught = false
        do {
            try pixels.withSamples { (_: Span<UInt8>) throws(Odd) -> Void in throw Odd() }
        } catch {
            caught = true
        }
        #expect(caught)
    }
}
