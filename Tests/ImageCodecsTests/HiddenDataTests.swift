import PixelCore
import Testing

@testable import ImageCodecs

/// PNGs put together chunk by chunk.
private enum ChunkedPNG {
    static func chunk(_ type: String, _ payload: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + payload
        return big32(payload.count) + body + big32(Int(crc(body)))
    }

    static func big32(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// The definition of the PNG specification, bit by bit.
    static func crc(_ bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = .max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }

    /// A zlib stream of stored blocks.
    static func stored(_ raw: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        var position = 0
        repeat {
            let count = min(65_535, raw.count - position)
            let isLast = position + count == raw.count
            stream += [
                isLast ? 1 : 0, UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8 & 255),
            ]
            stream += raw[position..<position + count]
            position += count
        } while position < raw.count
        var (a, b) = (1, 0)
        for byte in raw {
            a = (a + Int(byte)) % 65_521
            b = (b + a) % 65_521
        }
        return stream + big32(b << 16 | a)
    }

    /// A grey picture of 4×4 whose image data is `extra` bytes too long, and chunks before and after the data.
    static func file(extra: Int = 0, before: [UInt8] = [], after: [UInt8] = []) -> [UInt8] {
        let rows = [UInt8](repeating: 0, count: 4 * 5 + extra)
        return ImageSniffer.pngSignature + chunk("IHDR", big32(4) + big32(4) + [8, 0, 0, 0, 0]) + before
            + chunk("IDAT", stored(rows)) + after + chunk("IEND", [])
    }
}

@Suite("Data hidden in containers")
struct HiddenDataTests {
    private func decode(_ bytes: [UInt8]) throws(CodecError) -> DecodedImage {
        let limits = DecodeLimits(
            encodedBytes: 20_000_000, width: 4096, height: 4096, pixels: 1_000_000, workingBytes: 10_000_000,
            progressiveScans: 100, ancillaryBytes: 1_000_000)
        return try ImageDecoder(limits: limits, options: DecodeOptions(orientation: .apply))
            .decode(bytes, cancellation: CancellationFlag())
    }

    private let archive: [UInt8] = [0x50, 0x4B, 0x03, 0x04] + [UInt8](repeating: 7, count: 60)

    @Test("the picture itself is sound")
    func sound() throws {
        let decoded = try decode(ChunkedPNG.file())
        #expect(decoded.image.shape == PixelShape(width: 4, height: 4, channels: 1))
        #expect(decoded.facts.embeddedFormats.isEmpty)
    }

    @Test("image data behind the last row is refused after a bounded part of it, not inflated to its end")
    func bomb() {
        #expect(throws: CodecError.malformed(format: .png, detail: "too much image data")) {
            try decode(ChunkedPNG.file(extra: 4_000_000))
        }
    }

    @Test("a few bytes behind the last row are refused too")
    func tooLong() {
        #expect(throws: CodecError.self) { try decode(ChunkedPNG.file(extra: 1)) }
    }

    @Test("a second image data chunk after the end of the stream is searched")
    func secondData() throws {
        let decoded = try decode(ChunkedPNG.file(after: ChunkedPNG.chunk("IDAT", archive)))
        #expect(decoded.facts.embeddedFormats == ["zip"])
    }

    @Test("much image data after the end of the stream is refused")
    func muchSecondData() {
        let chunk = ChunkedPNG.chunk("IDAT", [UInt8](repeating: 0, count: 4096))
        #expect(throws: CodecError.self) { try decode(ChunkedPNG.file(after: chunk)) }
    }

    @Test("image data in two places is refused")
    func separated() {
        let after = ChunkedPNG.chunk("tEXt", Array("a\0b".utf8)) + ChunkedPNG.chunk("IDAT", [1])
        #expect(throws: CodecError.malformed(format: .png, detail: "image data in two places")) {
            try decode(ChunkedPNG.file(after: after))
        }
    }

    @Test("frame data is searched and shown, with or without the chunks that announce it")
    func frameData() throws {
        let chunk = ChunkedPNG.chunk("fdAT", [0, 0, 0, 0] + archive)
        for bytes in [ChunkedPNG.file(before: chunk), ChunkedPNG.file(after: chunk)] {
            let facts = try decode(bytes).facts
            #expect(facts.embeddedFormats == ["zip"])
            #expect(facts.viewerDifferences.contains(.animationFrames))
        }
    }

    @Test(
        "an orientation in an XMP packet shows, unless it is 1",
        arguments: [
            ("tiff:Orientation=\"6\"", true), ("<tiff:Orientation>3</tiff:Orientation>", true),
            ("tiff:Orientation='1'", false), ("tiff:Orientation", false), ("tiff:Make=\"6\"", false),
        ])
    func xmp(packet: String, isShown: Bool) throws {
        let text = Array("XML:com.adobe.xmp\0\0\0\0\0".utf8) + Array(packet.utf8)
        let png = try decode(ChunkedPNG.file(before: ChunkedPNG.chunk("iTXt", text)))
        #expect(png.facts.viewerDifferences.contains(.exifOrientation) == isShown)
        let segment = Array("http://ns.adobe.com/xap/1.0/\0".utf8) + Array(packet.utf8)
        let jpeg = try decode(try jpeg(inserting: 0xE1, segment))
        #expect(jpeg.facts.viewerDifferences.contains(.exifOrientation) == isShown)
    }

    @Test("an EXIF orientation written as a long is obeyed as one written as a short", arguments: [true, false])
    func longOrientation(isLittle: Bool) throws {
        let little: [UInt8] = [
            0x49, 0x49, 0x2A, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 4, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0,
        ]
        let big: [UInt8] = [0x4D, 0x4D, 0, 0x2A, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 4, 0, 0, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0]
        let png = try decode(ChunkedPNG.file(before: ChunkedPNG.chunk("eXIf", isLittle ? little : big)))
        #expect(png.facts.exifOrientation == 6)
    }

    @Test("a late line count is refused, and every segment that decoders skip is searched")
    func segments() throws {
        let late = try jpeg(inserting: 0xDC, archive)
        #expect(throws: CodecError.unsupported(detected: "jpeg-late-line-count")) { try decode(late) }
        let comment = try decode(try jpeg(inserting: 0xFE, archive))
        #expect(comment.facts.embeddedFormats == ["zip"])
    }

    @Test("the working memory of an interlaced image counts whole bytes of a sample")
    func interlaced() throws {
        let head =
            ImageSniffer.pngSignature
            + ChunkedPNG.chunk(
                "IHDR", ChunkedPNG.big32(100) + ChunkedPNG.big32(10) + [8, 6, 0, 0, 1])
        let header = try PNGHeader(head.span)
        #expect(header.imageHeader.workingBytes == 4000)
    }

    /// A small JPEG with a segment after its start of image.
    private func jpeg(inserting code: UInt8, _ payload: [UInt8]) throws -> [UInt8] {
        let bytes = try ImageEncoder.encode(
            CodecFixtures.gradient(width: 16, height: 16, channels: 1), as: .jpeg(quality: 90, subsampling: .yuv444))
        let length = payload.count + 2
        return Array(bytes.prefix(2)) + [0xFF, code, UInt8(length >> 8), UInt8(length & 255)] + payload
            + bytes.dropFirst(2)
    }
}
