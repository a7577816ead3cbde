import ClassifierProtocols
import Testing

@Suite("Envelope: forms and raw bodies")
struct FormEnvelopeTests {
    private static let image: SampleBodies.Part = ("data", "a.png", "image/png", SampleBodies.png)
    private static let field: SampleBodies.Part = ("threshold", nil, nil, Array("0.5".utf8))

    private static func open(_ body: [UInt8], type: String = SampleBodies.formType) -> Envelope {
        Envelope(opening: body, contentType: type)
    }

    @Test("the image is a part, found by its bytes, and another one put there with its type, all else byte for byte")
    func replaces() {
        for parts in [[Self.image], [Self.field, Self.image], [Self.image, Self.field]] {
            let envelope = Self.open(SampleBodies.form(parts))
            #expect(envelope.fault == nil)
            #expect(envelope.form == .form)
            #expect(envelope.image == SampleBodies.png)
            #expect(envelope.place == "data")
            #expect(envelope.contentType == "image/png")
            let changed = parts.map { part -> SampleBodies.Part in
                part.name == "data" ? ("data", "a.png", "image/jpeg", SampleBodies.jpeg) : part
            }
            #expect(envelope.body(with: SampleBodies.jpeg, mediaType: "image/jpeg") == SampleBodies.form(changed))
        }
    }

    @Test("a part without a type gets none, quoted boundaries are boundaries")
    func variants() {
        let part: SampleBodies.Part = ("request", nil, nil, SampleBodies.png)
        let body = SampleBodies.form([part])
        for type in [
            SampleBodies.formType, "Multipart/Form-Data; Boundary=\"XyZXyZXy\"",
            "multipart/form-data; charset=utf-8;boundary=XyZXyZXy",
        ] {
            let envelope = Self.open(body, type: type)
            #expect(envelope.image == SampleBodies.png, "\(type)")
            #expect(envelope.contentType == nil)
            let expected = SampleBodies.form([("request", nil, nil, SampleBodies.other)])
            #expect(envelope.body(with: SampleBodies.other, mediaType: "image/png") == expected)
        }
    }

    @Test("an empty part, an empty line in front of the end and a missing last line end are read as they are")
    func edges() {
        var body = SampleBodies.form([("note", nil, nil, []), Self.image])
        #expect(Self.open(body).image == SampleBodies.png)
        body.removeLast(2)
        #expect(Self.open(body).image == SampleBodies.png)
    }

    static func refused() -> [(String, [UInt8], EnvelopeFault)] {
        let good = SampleBodies.form([image])
        func text(_ from: String, _ to: String) -> [UInt8] {
            // Latin-1, so that every byte survives.
            let text = String(String.UnicodeScalarView(good.map { Unicode.Scalar($0) }))
            return text.replacing(from, with: to).unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        }
        return [
            ("preamble", Array("x\r\n".utf8) + good, .malformedForm),
            ("epilogue", good + Array("x".utf8), .malformedForm),
            ("truncated", Array(good.dropLast(8)), .malformedForm), ("empty", [], .malformedForm),
            ("bare line feeds", text("\r\n", "\n"), .malformedForm),
            ("another boundary", text("--XyZXyZXy\r\n", "--XyXyXyXy\r\n"), .malformedForm),
            ("a folded line", text("; filename", ";\r\n filename"), .malformedForm),
            (
                "a transfer encoding", text("Content-Type:", "Content-Transfer-Encoding: base64\r\nContent-Type:"),
                .malformedForm
            ),
            ("two types", text("Content-Type:", "Content-Type: text/plain\r\nContent-Type:"), .malformedForm),
            ("two names", text("name=\"data\"", "name=\"data\"; name=\"x\""), .malformedForm),
            ("no name", text("name=\"data\"; ", ""), .malformedForm),
            ("an escape", text("a.png", "a\\\".png"), .malformedForm),
            ("an unknown field", text("Content-Type:", "X-Part: 1\r\nContent-Type:"), .malformedForm),
            ("a form in a part", text("image/png", "multipart/mixed; boundary=q"), .malformedForm),
            ("a name twice", SampleBodies.form([image, ("data", nil, nil, Array("x".utf8))]), .malformedForm),
            (
                "two images", SampleBodies.form([image, ("b", "b.jpg", "text/plain", [0xFF, 0xD8, 0xFF, 0xE0])]),
                .severalImages
            ),
            ("no image", SampleBodies.form([field]), .noImage), ("no part", Array("--XyZXyZXy--\r\n".utf8), .noImage),
            ("an address", SampleBodies.form([image, ("url", nil, nil, Array("http://a/b.png".utf8))]), .remoteImage),
            ("base64", SampleBodies.form([image, ("b", nil, nil, Array(SampleBodies.pngText.utf8))]), .unknownContent),
            ("a file beside it", SampleBodies.form([image, ("t", "t.txt", nil, Array("x".utf8))]), .unknownContent),
            (
                "a charset", SampleBodies.form([image, ("t", nil, "text/plain; charset=utf-7", Array("x".utf8))]),
                .unknownContent
            ),
            ("lines", SampleBodies.form([image, ("t", nil, nil, Array("a\nb".utf8))]), .unknownContent),
            (
                "a boundary in a text", SampleBodies.form([image, ("t", nil, nil, Array("a--XyZXyZXyb".utf8))]),
                .malformedForm
            ),
            ("a boundary in a name", SampleBodies.form([image, ("t--XyZXyZXy", nil, nil, [])]), .malformedForm),
            ("a carriage return in a line", text("a.png", "a\rb.png"), .malformedForm),
            ("another length", text("Content-Type:", "Content-Length: 9\r\nContent-Type:"), .malformedForm),
            (
                "bytes",
                SampleBodies.form([image, ("npy", "x.npy", nil, [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0])]),
                .unknownContent
            ),
            (
                "JSON",
                SampleBodies.form([
                    image, ("j", nil, nil, Array("{\"inputs\":[\(String(repeating: "0.1,", count: 60))0]}".utf8)),
                ]), .unknownContent
            ),
        ]
    }

    @Test(
        "what two readers may read as two bodies is refused, and so is what could be another image",
        arguments: refused())
    func refuses(name: String, body: [UInt8], fault: EnvelopeFault) {
        #expect(Self.open(body).fault == fault, "\(name)")
    }

    @Test(
        "a boundary that is missing, doubled or odd is refused",
        arguments: [
            "multipart/form-data", "multipart/form-data; boundary=",

            "multipart/form-data; boundary=\"Xy ZXyZXyZ\"", "multipart/form-data; boundary=short",
            "multipart/form-data; boundary=\(String(repeating: "a", count: 71))",
        ])
    func boundaries(type: String) {
        #expect(Self.open(SampleBodies.form([Self.image]), type: type).fault == .malformedForm)
    }

    @Test("a form's boundary in the image, with other bytes behind it, is refused")
    func boundaryInside() {
        let content = SampleBodies.png + Array("\r\n--XyZXyZXyabc".utf8)
        #expect(Self.open(SampleBodies.form([("data", nil, nil, content)])).fault == .malformedForm)
    }

    @Test(
        "types under which servers read the same bytes in other ways are refused",
        arguments: [
            "multipart/form-data; boundary=XyZXyZXy; boundary*=utf-8''B",
            "multipart/form-data; boundary=XyZXyZXy; charset=utf-7",
            "multipart/form-data; boundaryx=q; boundary=XyZXyZXy", "multipart/mixed; boundary=XyZXyZXy",
            "multipart/related",
        ])
    func ambiguous(type: String) {
        #expect(Self.open(SampleBodies.form([Self.image]), type: type).fault == .ambiguousType)
    }

    @Test("a length that is told is told anew, and a type stays where the format does")
    func fields() throws {
        func form(_ length: Int, _ content: [UInt8]) -> [UInt8] {
            let head =
                "--XyZXyZXy\r\nContent-Disposition: form-data; name=\"d\"\r\nContent-Type: application/octet-stream\r\n"
            return Array("\(head)Content-Length: \(length)\r\n\r\n".utf8) + content + Array("\r\n--XyZXyZXy--\r\n".utf8)
        }
        let envelope = Self.open(form(SampleBodies.png.count, SampleBodies.png))
        #expect(envelope.fault == nil)
        let body = try #require(envelope.body(with: SampleBodies.other, mediaType: "image/png"))
        #expect(body == form(SampleBodies.other.count, SampleBodies.other))
    }

    @Test("an image that holds the form's boundary is not put into it")
    func boundaryInImage() {
        let envelope = Self.open(SampleBodies.form([Self.image]))
        let image = SampleBodies.png + Array("\r\n--XyZXyZXy\r\n".utf8)
        #expect(envelope.body(with: image, mediaType: "image/png") == nil)
    }

    @Test("a raw image stays as it is, whatever its type says, and so does what is no image")
    func raw() {
        for type in [nil, "image/png", "application/json", "text/plain"] as [String?] {
            let envelope = Envelope(opening: SampleBodies.png, contentType: type)
            #expect(envelope.form == .raw && envelope.fault == nil)
            #expect(envelope.image == SampleBodies.png && envelope.contentType == type)
            #expect(envelope.body(with: SampleBodies.other, mediaType: "image/png") == SampleBodies.other)
        }
        #expect(Envelope(opening: Array("hello".utf8), contentType: nil).form == .raw)
        #expect(Envelope(opening: [], contentType: nil).form == .raw)
    }

    @Test("more parts than a form of one image has, and a header without an end, are refused quickly")
    func large() {
        let many = SampleBodies.form((0..<65).map { ("p\($0)", nil, nil, []) } + [Self.image])
        #expect(Self.open(many).fault == .malformedForm)
        let endless = Array("--XyZXyZXy\r\n".utf8) + [UInt8](repeating: 0x41, count: 1 << 20)
        #expect(Self.open(endless).fault == .malformedForm)
        let returns =
            Array("--XyZXyZXy\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n".utf8)
            + [UInt8](repeating: 0x0D, count: 1 << 20)
        #expect(Self.open(returns).fault == .malformedForm)
    }
}
