import PixelCore
import Testing

@testable import ImageCodecs

@Suite("Orientation in every place")
struct OrientationSourcesTests {
    /// A TIFF structure with orientation tags: type, count and the four bytes of the value.
    private static func tiff(
        _ tags: (type: UInt8, count: UInt8, value: [UInt8])..., header: [UInt8] = [0x49, 0x49, 0x2A, 0]
    )
        -> [UInt8]
    {
        header + [8, 0, 0, 0, UInt8(tags.count), 0]
            + tags.flatMap { tag -> [UInt8] in [0x12, 1, tag.type, 0, tag.count, 0, 0, 0] + tag.value } + [0, 0, 0, 0]
    }

    private static let six: [UInt8] = [6, 0, 0, 0]
    private static let one: [UInt8] = [1, 0, 0, 0]

    private func png(_ type: String, _ payloads: [UInt8]...) throws -> ContainerFacts {
        let chunks = payloads.flatMap { ChunkedPNG.chunk(type, $0) }
        return try CodecFixtures.decode(ChunkedPNG.file(before: chunks)).facts
    }

    private func isShown(_ facts: ContainerFacts) -> Bool { facts.viewerDifferences.contains(.exifOrientation) }

    @Test("an EXIF orientation written as a long is obeyed as one written as a short", arguments: [true, false])
    func long(isLittle: Bool) throws {
        let big: [UInt8] = [0x4D, 0x4D, 0, 0x2A, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 4, 0, 0, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0]
        let exif = isLittle ? Self.tiff((4, 1, Self.six)) : big
        #expect(try png("eXIf", exif).exifOrientation == 6)
        let decoded = try CodecFixtures.decode(try CodecFixtures.jpeg(inserting: 0xE1, Array("Exif\0\0".utf8) + exif))
        #expect(decoded.facts.exifOrientation == 6)
        // 16×8 as coded.
        #expect(decoded.image.shape == PixelShape(width: 8, height: 16, channels: 1))
    }

    @Test("an EXIF orientation that only some viewers obey is shown, and not applied")
    func doubtful() throws {
        let cases: [[UInt8]] = [
            Self.tiff((8, 1, Self.six)), Self.tiff((9, 1, Self.six)), Self.tiff((11, 1, [0, 0, 0xC0, 0x40])),
            Self.tiff((3, 2, [6, 0, 6, 0])), Self.tiff((13, 1, Self.six)),
            Self.tiff((3, 1, Self.six), header: [0x4D, 0x4D, 0x2A, 0]),
            Self.tiff((3, 1, Self.six), header: [0x49, 0x49, 0, 0x2A]),
            Array("Exif\0\0".utf8) + Self.tiff((3, 1, Self.six)),
        ]
        for exif in cases {
            let facts = try png("eXIf", exif)
            #expect(isShown(facts), "\(exif)")
            #expect(facts.exifOrientation == nil, "\(exif)")
        }
        #expect(try isShown(png("eXIf", Self.tiff((3, 1, Self.one), (3, 1, Self.six)))))
        #expect(try !isShown(png("eXIf", Self.tiff((3, 1, Self.one)))))
        #expect(try !isShown(png("eXIf", Self.tiff())))
    }

    @Test("EXIF data in two parts is shown: viewers take the first, the last, or both together")
    func twoParts() throws {
        let (upright, turned) = (Self.tiff((3, 1, Self.one)), Self.tiff((3, 1, Self.six)))
        #expect(try isShown(png("eXIf", upright, turned)))
        let head = Array("Exif\0\0".utf8)
        for parts in [
            (head + upright, head + turned), (head, head + turned),
            (head + turned.prefix(10), head + turned.dropFirst(10)),
        ] {
            let bytes = try CodecFixtures.jpeg(inserting: 0xE1, parts.0, parts.1)
            #expect(try isShown(CodecFixtures.decode(bytes).facts))
        }
    }

    @Test(
        "an orientation in an XMP packet is shown, unless it is 1",
        arguments: [
            ("tiff:Orientation=\"6\"", true), ("<tiff:Orientation>3</tiff:Orientation>", true),
            ("tiff:Orientation='1'", false), ("tiff:Orientation = \"1\"", false), ("tiff:Orientation", false),
            ("<tiff:Orientation>1</tiff:Orientation>", false), ("<tiff:Orientation> 1\n</tiff:Orientation>\n", false),
            ("tiff:Make=\"6\"", false), ("tiff:Orientations=\"6\"", false), ("tiff:Orientation=\"12\"", true),
            ("t:Orientation=\"6\"", true), ("tiff:Orientation=\"\(String(repeating: " ", count: 40))6\"", true),
            ("<tiff:Orientation a=\"1\">6</tiff:Orientation>", true), ("tiff:Orientation='1' t:Orientation='8'", true),
            ("tiff:Orientation=\"&#54;\"", true), ("<\0t\0i\0f\0f\0", true),
        ])
    func xmp(packet: String, isExpected: Bool) throws {
        let keyword = Array("XML:com.adobe.xmp\0".utf8)
        let text = Array(packet.utf8)
        #expect(try isShown(png("iTXt", keyword + [0, 0, 0, 0] + text)) == isExpected)
        #expect(try isShown(png("tEXt", keyword + text)) == isExpected)
        let segment = Array("http://ns.adobe.com/xap/1.0/\0".utf8) + text
        #expect(try isShown(CodecFixtures.decode(CodecFixtures.jpeg(inserting: 0xE1, segment)).facts) == isExpected)
        let extended = Array("http://ns.adobe.com/xmp/extension/\0".utf8) + [UInt8](repeating: 0x30, count: 40) + text
        #expect(try isShown(CodecFixtures.decode(CodecFixtures.jpeg(inserting: 0xE1, extended)).facts) == isExpected)
    }

    @Test("text chunks that carry an orientation in a way that is not read are shown")
    func unread() throws {
        let stream = ChunkedPNG.stored(Array("tiff:Orientation='1'".utf8))
        #expect(try isShown(png("zTXt", Array("XML:com.adobe.xmp\0\0".utf8) + stream)))
        #expect(try isShown(png("iTXt", Array("XML:com.adobe.xmp\0\u{1}\0\0\0".utf8) + stream)))
        for keyword in ["Raw profile type exif", "Raw profile type APP1", "Raw profile type xmp", "exif"] {
            #expect(try isShown(png("tEXt", Array("\(keyword)\0\nexif\n 2\n4949".utf8))), "\(keyword)")
            #expect(try isShown(png("zTXt", Array("\(keyword)\0\0".utf8) + stream)), "\(keyword)")
        }
        #expect(try !isShown(png("tEXt", Array("Comment\0exif".utf8))))
    }
}
