import PixelCore
import Testing

@testable import ImageCodecs

@Suite("EXIFDetails")
struct EXIFDetailsTests {
    private static func details(_ fixture: TIFFFixture) -> EXIFDetails {
        let bytes = fixture.bytes
        return EXIFDetails(in: bytes.span, 0..<bytes.count)
    }

    @Test("the size and the thumbnail's place are found in either byte order", arguments: [true, false])
    func found(isLittle: Bool) {
        let details = Self.details(TIFFFixture(size: (640, 480), thumbnail: [1, 2, 3], isLittle: isLittle))
        #expect(details.size == PixelSize(width: 640, height: 480))
        #expect(details.thumbnail == 98..<101)
    }

    @Test("a size of zero is none")
    func zero() {
        #expect(Self.details(TIFFFixture(size: (640, 0))).size == nil)
    }

    @Test(
        "a thumbnail that does not lie inside the structure is none",
        arguments: [
            (nil, 4), (nil, 0), (nil, Int(UInt32.max)), (99, nil), (101, nil), (0, nil), (Int(UInt32.max), nil),
            (Int(UInt32.max), 1),
        ] as [(Int?, Int?)])
    func outside(offset: Int?, length: Int?) {
        let fixture = TIFFFixture(thumbnail: [1, 2, 3], claimedOffset: offset, claimedLength: length)
        #expect(Self.details(fixture).thumbnail == nil)
    }

    @Test("every truncation is survived")
    func truncations() {
        let bytes = TIFFFixture(size: (640, 480), thumbnail: [1, 2, 3]).bytes
        for count in 0..<bytes.count {
            let details = EXIFDetails(in: bytes.span, 0..<count)
            #expect(details.thumbnail == nil, "\(count)")
        }
    }

    @Test("offsets in loops end")
    func loops() {
        // The first directory as its own EXIF directory and its own successor.
        var bytes = TIFFFixture(size: (640, 480), thumbnail: [1]).bytes
        bytes.replaceSubrange(30..<34, with: [8, 0, 0, 0])
        bytes.replaceSubrange(34..<38, with: [8, 0, 0, 0])
        let details = EXIFDetails(in: bytes.span, 0..<bytes.count)
        #expect(details.size == nil)
        #expect(details.thumbnail == nil)
    }

    @Test("the file's facts have the size")
    func facts() throws {
        let segment = TIFFFixture(size: (16, 8)).segment
        let jpeg = try CodecFixtures.decode(CodecFixtures.jpeg(inserting: 0xE1, segment))
        #expect(jpeg.facts.exifSize == PixelSize(width: 16, height: 8))
        let png = try CodecFixtures.decode(
            ChunkedPNG.file(before: ChunkedPNG.chunk("eXIf", TIFFFixture(size: (9, 7)).bytes)))
        #expect(png.facts.exifSize == PixelSize(width: 9, height: 7))
    }
}
