import PixelCore
import Testing

@testable import ImageCodecs

@Suite("ThumbnailReader")
struct ThumbnailReaderTests {
    /// A picture whose left half is dark and whose right half is light.
    private static func halves(width: Int, height: Int) throws -> Image {
        let shape = try #require(PixelShape(width: width, height: height, channels: 1))
        return try CodecFixtures.image(
            shape, (0..<shape.sampleCount).map { $0 % width < width / 2 ? 20 : 220 })
    }

    private static func encoded(_ image: Image) throws -> [UInt8] {
        try ImageEncoder.encode(image, as: .jpeg(quality: 95, subsampling: .yuv444))
    }

    private static func facts(_ thumbnail: [UInt8], orientation: Int = 1) throws -> ContainerFacts {
        let segment = TIFFFixture(thumbnail: thumbnail, orientation: orientation).segment
        return try CodecFixtures.decode(CodecFixtures.jpeg(inserting: 0xE1, segment)).facts
    }

    private static let dark = [UInt8](repeating: 20, count: 4)
    private static let light = [UInt8](repeating: 220, count: 4)

    private static func isNear(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { abs(Int($0) - Int($1)) <= 2 }
    }

    @Test("a thumbnail becomes 64 means", arguments: [(8, 8), (24, 12), (30, 17), (512, 64)])
    func means(width: Int, height: Int) throws {
        let thumbnail = try #require(try Self.facts(Self.encoded(Self.halves(width: width, height: height))).thumbnail)
        #expect(thumbnail.width == width && thumbnail.height == height)
        let row = Self.dark + Self.light
        #expect(Self.isNear(thumbnail.luma, (0..<8).flatMap { _ in row }))
    }

    @Test("it is turned as the image is")
    func turned() throws {
        // 6: the coded left edge is shown on top, 3: upside down.
        let bytes = try Self.encoded(Self.halves(width: 32, height: 16))
        let quarter = try #require(try Self.facts(bytes, orientation: 6).thumbnail)
        #expect(Self.isNear(quarter.luma, (0..<64).map { $0 < 32 ? 20 : 220 }))
        let half = try #require(try Self.facts(bytes, orientation: 3).thumbnail)
        #expect(Self.isNear(half.luma, (0..<8).flatMap { _ in Self.light + Self.dark }))
    }

    @Test("bars around a picture of other proportions are left out of the second set of means")
    func bars() throws {
        // The image is 16×8, the thumbnail 32×32 with the picture in its middle 16 rows.
        let shape = try #require(PixelShape(width: 32, height: 32, channels: 1))
        let barred = try CodecFixtures.image(
            shape,
            (0..<shape.sampleCount).map { i in
                (8..<24).contains(i / 32) ? (i % 32 < 16 ? 20 : 220) : 0
            })
        let thumbnail = try #require(try Self.facts(Self.encoded(barred)).thumbnail)
        let cropped = try #require(thumbnail.croppedLuma)
        #expect(Self.isNear(cropped, (0..<8).flatMap { _ in Self.dark + Self.light }))
        #expect(Self.isNear(Array(thumbnail.luma.prefix(8)), [UInt8](repeating: 0, count: 8)))
        #expect(try Self.facts(Self.encoded(Self.halves(width: 32, height: 16))).thumbnail?.croppedLuma == nil)
    }

    @Test("samples behind a JFIF header and in a JFXX extension count as well")
    func samples() throws {
        let rgb = (0..<80).flatMap { i -> [UInt8] in i % 10 < 5 ? [20, 20, 20] : [220, 220, 220] }
        for head in [Array("JFIF\0".utf8) + [1, 2, 0, 0, 1, 0, 1, 10, 8], Array("JFXX\0".utf8) + [0x13, 10, 8]] {
            let bytes = try CodecFixtures.jpeg(inserting: 0xE0, head + rgb)
            #expect(try CodecFixtures.decode(bytes).facts.thumbnail?.width == 10)
            let short = try CodecFixtures.jpeg(inserting: 0xE0, head + rgb.dropLast())
            #expect(try CodecFixtures.decode(short).facts.thumbnail == nil)
        }
        let jpeg = try Array("JFXX\0".utf8) + [0x10] + Self.encoded(Self.halves(width: 12, height: 9))
        #expect(try CodecFixtures.decode(CodecFixtures.jpeg(inserting: 0xE0, jpeg)).facts.thumbnail?.height == 9)
    }

    @Test("a PNG's EXIF data may have one")
    func png() throws {
        let exif = try TIFFFixture(thumbnail: Self.encoded(Self.halves(width: 16, height: 16))).bytes
        let decoded = try CodecFixtures.decode(ChunkedPNG.file(before: ChunkedPNG.chunk("eXIf", exif)))
        #expect(decoded.facts.thumbnail?.width == 16)
    }

    @Test(
        "one beyond the limits is left alone, and the image is sound", arguments: [(513, 8), (8, 513), (7, 8), (8, 7)])
    func limits(width: Int, height: Int) throws {
        #expect(try Self.facts(Self.encoded(Self.halves(width: width, height: height))).thumbnail == nil)
    }

    @Test("every truncation and every damaged byte is survived")
    func hostile() throws {
        let sound = try Self.encoded(CodecFixtures.gradient(width: 16, height: 16, channels: 3))
        for count in 0..<sound.count {
            #expect(try Self.facts(Array(sound.prefix(count))).thumbnail == nil, "\(count)")
        }
        for i in sound.indices {
            var bytes = sound
            bytes[i] ^= 0xFF
            _ = try Self.facts(bytes)
        }
    }

    @Test("a thumbnail's own thumbnail is not read, and none is no error")
    func nested() throws {
        let inner = try Self.encoded(Self.halves(width: 16, height: 16))
        let outer = try CodecFixtures.jpeg(inserting: 0xE1, TIFFFixture(thumbnail: inner).segment)
        #expect(try Self.facts(outer).thumbnail?.height == 8)
        let read = try ThumbnailReader(
            codedWidth: 16, codedHeight: 8, orientation: 1, cancellation: CancellationFlag()
        ).read(.jpeg(0..<3), of: [1, 2, 3].span)
        #expect(read == nil)
    }

    @Test("cancellation is an error, not a missing thumbnail")
    func cancelled() throws {
        let bytes = try Self.encoded(Self.halves(width: 16, height: 16))
        let flag = CancellationFlag()
        flag.raise()
        let reader = ThumbnailReader(codedWidth: 16, codedHeight: 8, orientation: 1, cancellation: flag)
        #expect(throws: CodecError.cancelled) { try reader.read(.jpeg(0..<bytes.count), of: bytes.span) }
    }
}
