import Foundation
import ImageCodecs
import PixelCore
import Testing

/// What the tests of the codecs share.
enum CodecFixtures {
    /// Wide enough for every honest file here.
    static let limits = DecodeLimits(
        encodedBytes: 8 << 20, width: 4096, height: 4096, pixels: 16_000_000, workingBytes: 64 << 20,
        progressiveScans: 100, ancillaryBytes: 1 << 20)

    /// The data that tests share, beside the checkout.
    static let data = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../shared/data").standardized

    /// The files of a folder of the shared data whose names pass, sorted; fails where the folder is absent or has none.
    static func files(_ folder: String, where isWanted: (String) -> Bool) throws -> [URL] {
        let files = try FileManager.default
            .contentsOfDirectory(at: data.appending(path: folder), includingPropertiesForKeys: nil)
            .filter { isWanted($0.lastPathComponent) }
        try #require(!files.isEmpty, "\(folder) holds no such files")
        return files.sorted { $0.path < $1.path }
    }

    /// All bytes of a file.
    static func bytes(_ file: URL) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: file))
    }

    /// What the bytes decode to.
    static func decode(_ bytes: [UInt8], limits: DecodeLimits = limits) throws(CodecError) -> DecodedImage {
        try ImageDecoder(limits: limits, options: DecodeOptions(orientation: .apply))
            .decode(bytes, cancellation: CancellationFlag())
    }

    /// Every sample.
    static func samples(_ image: Image) -> [UInt8] {
        image.withSamples { span in span.indices.map { span[$0] } }
    }

    /// A picture of slow gradients, so that lossy encodings stay near it.
    static func gradient(width: Int, height: Int, channels: Int) throws -> Image {
        let shape = try #require(PixelShape(width: width, height: height, channels: channels))
        let values = (0..<shape.sampleCount).map { index in
            let (pixel, channel) = (index / channels, index % channels)
            return UInt8((pixel % width * 3 + pixel / width * 2 + channel * 40) % 256)
        }
        return try image(shape, values)
    }

    /// An image of these samples, whose count fits.
    static func image(_ shape: PixelShape, _ samples: [UInt8]) throws -> Image {
        try #require(samples.count == shape.sampleCount)
        var buffer = PixelBuffer(shape: shape)
        buffer.withMutableSamples { span in
            for i in span.indices { span[i] = samples[i] }
        }
        return Image(buffer)
    }

    /// A small grey JPEG with segments of this code after its start of image.
    static func jpeg(inserting code: UInt8, _ payloads: [UInt8]...) throws -> [UInt8] {
        let bytes = try ImageEncoder.encode(
            gradient(width: 16, height: 8, channels: 1), as: .jpeg(quality: 90, subsampling: .yuv444))
        let segments = payloads.flatMap { payload -> [UInt8] in
            [0xFF, code, UInt8((payload.count + 2) >> 8), UInt8((payload.count + 2) & 255)] + payload
        }
        return Array(bytes.prefix(2)) + segments + bytes.dropFirst(2)
    }

    /// The CRC-32 of PNG.
    static func crc(_ bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }
}
