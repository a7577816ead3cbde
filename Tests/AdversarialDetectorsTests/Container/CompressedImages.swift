import AdversarialDetectors
import ImageCodecs
import PixelCore

/// Pictures with a history of compression.
enum CompressedImages {
    /// A picture with detail at every scale, as textured photographs have it: noise of 1, 2, 3, 5, … pixels a side, the
    /// coarser the stronger, far from both ends of the range. No side goes with blocks of 8.
    static func picture(width: Int = 160, height: Int = 136, channels: Int = 3) throws -> Image {
        if width == 160, height == 136, let usual = usual[channels] { return usual }
        return try make(width, height, channels)
    }

    /// The pictures that most tests take; making one costs a debug build a second.
    private static let usual = [1: try? make(160, 136, 1), 3: try? make(160, 136, 3)].compactMapValues { $0 }

    private static func make(_ width: Int, _ height: Int, _ channels: Int) throws -> Image {
        guard let shape = PixelShape(width: width, height: height, channels: channels) else { throw NoShape() }
        var generator = ChaChaGenerator(key: [1])
        var values = [Int](repeating: 128 * 64, count: shape.sampleCount)
        for (side, strength) in [(1, 6), (2, 10), (3, 14), (11, 18), (37, 24)] {
            let across = width / side + 1
            let cells = (0..<across * (height / side + 1) * channels).map { _ in
                Int(generator.nextWord() % 129) - 64
            }
            for i in values.indices {
                let (x, y, c) = (i / channels % width, i / channels / width, i % channels)
                // Colours differ little, so that no channel leaves the range.
                let own = cells[(y / side * across + x / side) * channels + c]
                let grey = cells[(y / side * across + x / side) * channels]
                values[i] += strength * (3 * grey + own) / 4
            }
        }
        return image(shape, values.map { UInt8(min(240, max(15, $0 / 64))) })
    }

    /// What a decoder makes of `image` after a compression.
    static func compressed(
        _ image: Image, _ quality: Int, _ subsampling: ChromaSubsampling = .yuv420
    ) throws -> Image {
        try decoded(file(image, quality, subsampling)).image
    }

    /// A JPEG file.
    static func file(_ image: Image, _ quality: Int, _ subsampling: ChromaSubsampling = .yuv420) throws -> [UInt8] {
        try ImageEncoder.encode(image, as: .jpeg(quality: quality, subsampling: subsampling))
    }

    /// What a file holds.
    static func decoded(_ bytes: [UInt8]) throws -> DecodedImage {
        let limits = DecodeLimits(
            encodedBytes: 64 << 20, width: 65_535, height: 65_535, pixels: 64 << 20, workingBytes: 256 << 20,
            progressiveScans: 100, ancillaryBytes: 1 << 20)
        return try ImageDecoder(limits: limits, options: DecodeOptions(orientation: .apply))
            .decode(bytes, cancellation: CancellationFlag())
    }

    /// `image` with every sample moved up or down by `levels`, at random.
    static func moved(_ image: Image, by levels: Int) -> Image {
        var generator = ChaChaGenerator(key: [7])
        return changed(image) { _, value in value + (generator.nextWord() & 1 == 0 ? levels : -levels) }
    }

    /// `image` with its samples replaced: `change` gets the index and the sample.
    static func changed(_ image: Image, _ change: (Int, Int) -> Int) -> Image {
        self.image(
            image.shape,
            image.withSamples { samples in
                samples.indices.map { UInt8(min(255, max(0, change($0, Int(samples[$0]))))) }
            })
    }

    /// `image` without its first columns and rows.
    static func cropped(_ image: Image, left: Int, top: Int) throws -> Image {
        let old = image.shape
        guard let shape = PixelShape(width: old.width - left, height: old.height - top, channels: old.channels)
        else { throw NoShape() }
        let row = shape.width * shape.channels
        return self.image(
            shape,
            image.withSamples { samples in
                (0..<shape.sampleCount).map { i in
                    samples[(i / row + top) * old.width * old.channels + left * old.channels + i % row]
                }
            })
    }

    /// `image` with columns and rows exchanged.
    static func transposed(_ image: Image) -> Image {
        let old = image.shape
        guard let shape = PixelShape(width: old.height, height: old.width, channels: old.channels) else { return image }
        return self.image(
            shape,
            image.withSamples { samples in
                (0..<shape.sampleCount).map { i in
                    let (x, y, c) = (i / old.channels % old.height, i / old.channels / old.height, i % old.channels)
                    return samples[(x * old.width + y) * old.channels + c]
                }
            })
    }

    /// A picture that was compressed, and one that was changed since.
    static func contractImage(isAttacked: Bool) -> Image {
        guard let clean = try? compressed(picture(width: 96, height: 96), 80) else {
            preconditionFailure("a fixed size and quality")
        }
        return isAttacked ? moved(clean, by: 2) : clean
    }

    static func image(_ shape: PixelShape, _ samples: [UInt8]) -> Image {
        var buffer = PixelBuffer(shape: shape)
        buffer.withMutableSamples { span in
            for i in span.indices { span[i] = samples[i] }
        }
        return Image(buffer)
    }

    struct NoShape: Error {}
}
