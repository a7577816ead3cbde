import PixelCore

/// Images that tests share.
enum TestImage {
    /// A buffer of these samples.
    static func make(_ shape: PixelShape, _ values: [UInt8]) -> PixelBuffer {
        precondition(values.count == shape.sampleCount)
        var pixels = PixelBuffer(shape: shape)
        pixels.withMutableSamples { samples in
            for i in values.indices { samples[i] = values[i] }
        }
        return pixels
    }

    /// A buffer of independent uniform samples.
    static func random(_ shape: PixelShape, seed: UInt8) -> PixelBuffer {
        var generator = ChaChaGenerator(key: [seed])
        var pixels = PixelBuffer(shape: shape)
        pixels.withMutableSamples { samples in
            for i in 0..<samples.count { samples[i] = UInt8(truncatingIfNeeded: generator.nextWord()) }
        }
        return pixels
    }

    /// A smooth picture: what recompression is to leave nearly alone.
    static func gradient(_ shape: PixelShape) -> PixelBuffer {
        var pixels = PixelBuffer(shape: shape)
        pixels.withMutableSamples { samples in
            for i in 0..<samples.count {
                let pixel = i / shape.channels
                let sum = pixel % shape.width * 100 / shape.width + pixel / shape.width * 100 / shape.height
                samples[i] = UInt8(20 + sum)
            }
        }
        return pixels
    }

    /// The samples as an array.
    static func samples(_ pixels: borrowing PixelBuffer) -> [UInt8] {
        pixels.withSamples { span in (0..<span.count).map { span[$0] } }
    }

    /// Shapes that a defense meets at the edges of what is sensible.
    static let shapes: [(width: Int, height: Int)] = [(1, 1), (1, 9), (9, 1), (2, 2), (5, 7), (33, 17), (64, 48)]
}
