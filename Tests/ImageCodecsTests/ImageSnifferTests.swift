import ImageCodecs
import Testing

@Suite("ImageSniffer")
struct ImageSnifferTests {
    private static let cases: [(start: [UInt8], type: SniffedType)] = [
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], .png),
        ([0xFF, 0xD8, 0xFF, 0xE0], .jpeg),
        (Array("GIF89a".utf8), .gif),
        (Array("RIFF....WEBP".utf8), .webp),
        ([0x49, 0x49, 0x2A, 0x00], .tiff),
        (Array("BM......".utf8.map { $0 == 0x2E ? 0 : $0 }) + [0, 0], .bmp),
        (Array("....ftypavif".utf8), .avif), (Array("....ftypheic".utf8), .heif),
        (Array("....ftypmp42".utf8), .unknown),
        ([0, 0, 0, 12, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A], .jp2), ([0xFF, 0x0A, 0xFA], .jxl),
        (Array("P5\n28 28\n255\n".utf8), .pnm), (Array("P8\n".utf8), .unknown), (Array("PS: hello".utf8), .unknown),
        ([0, 0, 1, 0, 1, 0], .ico), (Array("8BPS".utf8), .psd), (Array("qoif".utf8), .qoi),
        (Array("%PDF-1.7".utf8), .pdf),
        ([0x50, 0x4B, 0x03, 0x04], .zip),
        ([0x1F, 0x8B, 0x08], .gzip),
        (Array("  <!DOCTYPE HTML><p>".utf8), .html),
        (Array("<?xml version=\"1.0\"?><svg>".utf8), .svg),
        (Array(" {\"instances\":[]}".utf8), .json),
        (Array("hello".utf8), .unknown),
        ([], .unknown),
    ]

    @Test("names a body by its first bytes")
    func names() {
        for (start, type) in Self.cases {
            #expect(ImageSniffer.detect(start.span) == type)
        }
    }

    @Test("a form whose first part is a picture holds an image")
    func forms() {
        let head = "--b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n"
        let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        let cases: [(body: [UInt8], holds: Bool)] = [
            (Array(head.utf8) + png, true), (png, true), (Array(("\r\npreamble\r\n" + head).utf8) + png, true),
            (Array("--b\nA: b\n\n".utf8) + png, true), (Array("\r\n\r\n".utf8) + png, true),
            (Array("--b\r\n\r".utf8), false), (Array((head + "hello").utf8), false),
            (Array("--".utf8), false),
            ([], false),
        ]
        for (body, expected) in cases {
            let holds = ImageSniffer.holdsImage(body.span)
            #expect(holds == expected)
        }
    }

    @Test("no more than the first bytes are looked at, however many there are")
    func bounded() {
        let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        let body = [UInt8](repeating: 0x20, count: ImageSniffer.prefixBytes) + [0x0A, 0x0A] + png
        let holds = ImageSniffer.holdsImage(body.span)
        #expect(!holds)
    }

    @Test("a signature that is cut is not taken for one")
    func cutSignature() {
        let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A]
        #expect(ImageSniffer.detect(png.span) == .unknown)
    }
}
