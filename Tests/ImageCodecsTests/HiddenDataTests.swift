import PixelCore
import Testing

@testable import ImageCodecs

@Suite("Data hidden in containers")
struct HiddenDataTests {
    private func decode(_ bytes: [UInt8]) throws(CodecError) -> DecodedImage {
        try CodecFixtures.decode(bytes)
    }

    private let archive: [UInt8] = [0x50, 0x4B, 0x03, 0x04] + [UInt8](repeating: 7, count: 60)

    @Test("the picture itself is sound")
    func sound() throws {
        let decoded = try decode(ChunkedPNG.file())
        #expect(decoded.image.shape == PixelShape(width: 4, height: 4, channels: 1))
        #expect(decoded.facts.embeddedFormats.isEmpty)
    }

    @Test(
        "of a bomb behind the last row no more is taken than its size and 64 KB",
        arguments: [0, 1] as [UInt8], [1, 30])
    func bomb(interlace: UInt8, chunks: Int) throws {
        let stream = ChunkedPNG.zeros(40_000_000)
        let size = (stream.count + chunks - 1) / chunks
        let parts = stride(from: 0, to: stream.count, by: size).map {
            Array(stream[$0..<min(stream.count, $0 + size)])
        }
        let bytes = ChunkedPNG.file(data: parts, interlace: interlace)
        let expected = CodecError.malformed(format: .png, detail: "too much image data")
        #expect(throws: expected) { try decode(bytes) }

        let dataEnd = bytes.count - 12 - 4
        #expect(stream.count > 200_000)
        try bytes.withUnsafeBufferPointer { buffer in
            let reader = try PNGReader(
                buffer, dataEnd: dataEnd, limits: CodecFixtures.limits, cancellation: CancellationFlag())
            #expect(throws: expected) { try readRows(of: reader) }
            // A row of four bytes, 64 KB, and the 8 KB that libpng asks for at a time.
            #expect(reader.position <= 41 + 4 + 65_536 + 2 * 8192)
        }
    }

    /// Every row of every pass of a picture of 4×4.
    private func readRows(of reader: PNGReader) throws(CodecError) {
        for _ in 0..<reader.passes {
            let rows = UnsafeMutablePointer<UInt8>.allocate(capacity: 16)
            defer { rows.deallocate() }
            try reader.read(rows, stride: 4, count: 4)
        }
    }

    @Test("an interlaced picture, its data a byte a chunk, is sound")
    func interlacedBytes() throws {
        // The rows of the passes of 4×4, each with a filter byte before it.
        let widths = [1, 1, 2, 2, 2, 4, 4]
        let raw = [UInt8](repeating: 0, count: widths.reduce(widths.count, +))
        let decoded = try decode(
            ChunkedPNG.file(data: ChunkedPNG.stored(raw).map { [$0] }, interlace: 1))
        #expect(decoded.image.shape == PixelShape(width: 4, height: 4, channels: 1))
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

    @Test("the last chunk must be empty, and image data must not go on in its chunk once the stream has ended")
    func unsearchedPlaces() {
        let sound = ChunkedPNG.file()
        #expect(throws: CodecError.self) { try decode(sound.dropLast(12) + ChunkedPNG.chunk("IEND", archive)) }
        let rows = ChunkedPNG.stored([UInt8](repeating: 0, count: 20))
        #expect(throws: CodecError.self) { try decode(ChunkedPNG.file(data: [rows + archive])) }
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

    @Test("a late line count is refused")
    func lateLineCount() throws {
        let late = try CodecFixtures.jpeg(inserting: 0xDC, archive)
        #expect(throws: CodecError.unsupported(detected: "jpeg-late-line-count")) { try decode(late) }
    }

    @Test("every segment of a JPEG that a decoder skips is searched", arguments: [0xE0, 0xE7, 0xEF, 0xFE] as [UInt8])
    func segments(code: UInt8) throws {
        #expect(try decode(CodecFixtures.jpeg(inserting: code, archive)).facts.embeddedFormats == ["zip"])
    }

    @Test("a table of a JPEG that no scan uses is searched")
    func unusedTable() throws {
        // Quantization table 3; its steps must not be zero for other decoders.
        let steps = [UInt8](repeating: 1, count: 64 - 14) + Array("<!doctype html".utf8)
        let decoded = try decode(CodecFixtures.jpeg(inserting: 0xDB, [3] + steps))
        #expect(decoded.facts.embeddedFormats == ["html"])
    }

    @Test("a palette that no pixel uses is searched, and every chunk's checksum")
    func paletteAndChecksum() throws {
        let script = Array("<script>".utf8)
        let palette = ChunkedPNG.chunk("PLTE", script + [UInt8](repeating: 0, count: 10))
        let stream = ChunkedPNG.stored([UInt8](repeating: 0, count: 20))
        let head = ChunkedPNG.big32(4) + ChunkedPNG.big32(4) + [8, 3, 0, 0, 0]
        let indexed =
            ImageSniffer.pngSignature + ChunkedPNG.chunk("IHDR", head) + palette + ChunkedPNG.chunk("IDAT", stream)
            + ChunkedPNG.chunk("IEND", [])
        #expect(try decode(indexed).facts.embeddedFormats == ["html"])
        // The walk does not check a CRC; the decoder refuses a wrong one.
        let comment = ChunkedPNG.chunk("tEXt", [0x61, 0]).dropLast(4) + Array("<svg".utf8)
        let container = try PNGContainer(
            ChunkedPNG.file(before: Array(comment)).span, limits: CodecFixtures.limits, cancellation: CancellationFlag()
        )
        let found = container.facts.embeddedFormats
        #expect(found == ["svg"])
    }

    @Test("image data that takes more than it needs for its last row, but not 64 KB, is sound")
    func emptyBlocks() throws {
        // Stored blocks with nothing in them, five bytes each, before the block of the last byte.
        let raw = [UInt8](repeating: 0, count: 20)
        let stream = ChunkedPNG.stored(raw)
        let first: [UInt8] = [0x78, 0x01, 0, 19, 0, 236, 255] + raw.dropLast()
        let empty = [[UInt8]](repeating: [0, 0, 0, 255, 255], count: 10_000).flatMap { $0 }
        let bytes = ChunkedPNG.file(data: [first + empty + [1, 1, 0, 254, 255, 0] + stream.suffix(4)])
        #expect(try decode(bytes).image.shape == PixelShape(width: 4, height: 4, channels: 1))
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
}
