import ClassifierProtocols
import Testing

@Suite("Envelope: JSON")
struct JSONEnvelopeTests {
    private static let text = SampleBodies.pngText

    private static func open(_ json: String, type: String? = "application/json") -> Envelope {
        Envelope(opening: Array(json.utf8), contentType: type)
    }

    /// Protocols as their clients write them, and where the image is.
    static let written: [(body: String, place: String)] = [
        ("{\"instances\":[{\"b64\":\"\(text)\"}]}", "/instances/0/b64"),
        (
            "{\"signature_name\": \"serving_default\", \"instances\": [{\"image_bytes\": {\"b64\": \"\(text)\"}}]}",
            "/instances/0/image_bytes/b64"
        ),
        ("{\"inputs\":{\"image_bytes\":[{\"b64\":\"\(text)\"}]}}", "/inputs/image_bytes/0/b64"),
        ("{\"inputs\":\"\(text)\",\"parameters\":{\"top_k\":5}}", "/inputs"),
        (
            "{\"id\":\"42\",\"inputs\":[{\"name\":\"image\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"\(text)\"]}]}",
            "/inputs/0/data/0"
        ),
        (
            "{\"requests\":[{\"image\":{\"content\":\"\(text)\"},\"features\":[{\"type\":\"LABEL_DETECTION\"}]}]}",
            "/requests/0/image/content"
        ),
        (
            "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"What is this?\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,\(text)\"}}]}]}",
            "/messages/0/content/1/image_url/url"
        ),
        ("{\"image_bytes\":\"\(text)\"}", "/image_bytes"),
        ("[\"\(text)\"]", "/0"), ("\n { \"a/b~c\" : \"\(text)\" }\n", "/a~1b~0c"),
        ("{\"é\":\"\(text.replacing("/", with: "\\/"))\"}", "/é"),
    ]

    @Test(
        "the image is found where each protocol has it, and another one put there, all else byte for byte",
        arguments: written)
    func finds(body: String, place: String) {
        let envelope = Self.open(body)
        #expect(envelope.fault == nil)
        #expect(envelope.form == .json)
        #expect(envelope.image == SampleBodies.png)
        #expect(envelope.place == place)
        let expected = body.replacing("\\/", with: "/").replacing(Self.text, with: SampleBodies.otherText)
        #expect(
            String(decoding: envelope.body(with: SampleBodies.other, mediaType: "image/png") ?? [], as: UTF8.self)
                == expected
        )
    }

    @Test("a data address gets the new type, and says which one it had")
    func dataAddress() {
        let envelope = Self.open("{\"url\":\"data:image/jpeg;charset=x;base64,\(Self.text)\"}")
        #expect(envelope.contentType == "image/jpeg")
        let body = String(
            decoding: envelope.body(with: SampleBodies.other, mediaType: "image/png") ?? [], as: UTF8.self)
        #expect(body == "{\"url\":\"data:image/png;base64,\(SampleBodies.otherText)\"}")
    }

    @Test(
        "types under which servers read JSON are opened",
        arguments: [nil, "", "text/plain", "application/octet-stream", "application/vnd.x+json; charset=UTF-8"])
    func anyType(type: String?) {
        #expect(Self.open("{\"x\":\"\(Self.text)\"}", type: type).image == SampleBodies.png)
    }

    /// What some model may read, and nobody would have looked at.
    static let refused: [(String, EnvelopeFault)] = [
        ("{\"a\":\"\(text)\",\"a\":\"\"}", .malformedJSON), ("{\"a\":\"\(text)\"", .malformedJSON),
        ("{\"a\":\"\(text)\"} x", .malformedJSON), ("\u{FEFF}{\"a\":\"\(text)\"}", .malformedJSON),
        ("{\"a\":NaN,\"b\":\"\(text)\"}", .malformedJSON), ("{}", .noImage),
        ("{\"a\":\"cat\"}", .noImage),
        ("{\"a\":\"\(text)\",\"b\":\"\(text)\"}", .severalImages),
        ("{\"a\":\"\(text)\",\"u\":\"https://example.org/x.png\"}", .remoteImage),
        ("{\"a\":\"\(text)\",\"u\":\" FILE:///etc/passwd\"}", .remoteImage),
        ("{\"a\":\"\(text)\",\"t\":[\((0..<33).map(String.init).joined(separator: ","))]}", .tensor),
        ("{\"a\":\"\(text)\",\"t\":[[0.1,-2e3],[[\((0..<31).map { "0.\($0)" }.joined(separator: " , "))]]]}", .tensor),
        ("{\"a\":\"\(text)\",\"b\":\"!\(text)\"}", .looseBase64), ("{\"a\":\"\(text.dropLast(2))\"}", .looseBase64),
        ("{\"a\":\"\(text)\",\"b\":{\((0..<33).map { "\"p\($0)\":\($0)" }.joined(separator: ","))}}", .tensor),
        ("{\"a\":\"\(text)\",\"b\":[\(String(repeating: "true,", count: 33))true]}", .tensor),
        ("{\"a\":\"\(text)\",\"b\":[\(String(repeating: "\"12\",", count: 33))\"1\"]}", .tensor),
        ("{\"a\":\"\(text)\",\"b\":\"\(String(repeating: "12 ", count: 20))\"}", .tensor),
        ("{\"a\":\"\(text)\",\"b\":[\(String(repeating: "\"\",", count: 65))\"\"]}", .unknownContent),
        ("{\"a\":\"\(text)\",\"b\":\"&image=%69VBORw0KGgo\(String(repeating: "QUJD", count: 40))\"}", .unknownContent),
        ("{\"a\":\"\(text)\",\"b\":\"x,\(String(repeating: "Qk1D", count: 40))\"}", .unknownContent),
        ("{\"a\":\"\(text)\",\"b\":\"two\\nlines\"}", .unknownContent),
        ("{\"a\":\"\(text)\",\"u\":\"\u{00A0}http://x\"}", .remoteImage),
        ("{\"a\":\"\(text)\",\"u\":\"//h/x\"}", .remoteImage),
        ("{\"a\":\"\(text)\",\"u\":\"dir/x.PNG\"}", .remoteImage), ("{\"a\":\"\(text)\",\"u\":\"~/x\"}", .remoteImage),
        ("{\"a\":\" \(text)\"}", .looseBase64), ("{\"a\":\"\(text)\\n\"}", .looseBase64),
        ("{\"a\":\"\(text.replacing("/", with: "_").replacing("+", with: "-"))-\"}", .looseBase64),
        ("{\"a\":\"data:image/png,\(text)\"}", .looseBase64), ("{\"a\":\"data:\"}", .looseBase64),
        ("{\"a\":\"\(text)\",\"b\":\"data:application/pdf;base64,AAAA\"}", .unknownContent),
        ("{\"a\":\"\(text)\",\"b\":\"\(String(repeating: "QUJD", count: 100))\"}", .unknownContent),
        ("{\"a\":\"\(text)\",\"b\":\"{\\\"inputs\\\":\\\"\(text)\\\"}\"}", .unknownContent),
        ("{\"a\":\"\(text)\",\"b\":\"\(String(repeating: "a b ", count: 5000))\"}", .unknownContent),
        ("{\"\(text)\":1,\"a\":\"\(text)\"}", .unknownContent),
        ("{\"a\":\"\\u0069\(text.dropFirst())\"}", .looseBase64),
        ("{\"a\":\"DATA:image/png;base64,\(text)\"}", .remoteImage),
        ("{\"a\":\"\(text)\",\"parameters\":{\"shared_memory_region\":\"r\"}}", .outOfBand),
        ("{\"a\":\"\(text)\",\"parameters\":{\"binary_data\\u005fsize\":9}}", .outOfBand),
    ]

    @Test("what a model might read beside the image is refused, never passed over", arguments: refused)
    func refuses(body: String, fault: EnvelopeFault) {
        let envelope = Self.open(body)
        #expect(envelope.fault == fault)
        #expect(envelope.image == Array(body.utf8))
    }

    @Test("short texts, names, hashes, questions and a few numbers are none of these")
    func lets() {
        let body = """
            {"id":"\(String(repeating: "0a", count: 32))","prompt":"Is this a cat, or a dog?","shape":[1,3,224,224],"t":true,"n":null,
            "score":0.5,"image":"\(Self.text)","name":"cat","empty":"","x":{"y":[]}}
            """
        #expect(Self.open(body).fault == nil)
        #expect(Self.open(body).image == SampleBodies.png)
    }

    @Test("deep nesting is refused without a crash")
    func deep() {
        let body = "\"\(Self.text)\""
        #expect(Self.open(String(repeating: "[", count: 100) + body).fault == .malformedJSON)
        #expect(Self.open(String(repeating: "[", count: 100_000) + body).fault == .unknownContent)
    }

    @Test(
        "types under which servers read a form, or anything else, are refused",
        arguments: [
            "application/x-www-form-urlencoded", "text/csv", "image/png", "application/json; charset=utf-16",
            "application/json; x=y",
        ])
    func ambiguous(type: String) {
        #expect(Self.open("{\"x\":\"\(Self.text)\"}", type: type).fault == .ambiguousType)
    }

    @Test(
        "a body of a million values, or with a name of a megabyte, costs no more than its bytes",
        .timeLimit(.minutes(1)))
    func large() {
        let name = String(repeating: "a", count: 1 << 20)
        for body in [
            "{\"\(name)\":[\(String(repeating: "\"\",", count: 100_000))\"\"]}",
            "[\(String(repeating: "0,", count: 1_000_000))0]",
            String(repeating: "\"", count: 1 << 20), "{" + String(repeating: "\"", count: 1 << 20),
            "{\"" + String(repeating: "\\", count: 1 << 20),
        ] {
            #expect(Self.open(body).fault != nil)
            _ = EnvelopeHeader(in: Array(body.utf8), contentType: nil, limits: EnvelopeHeaderTests.limits)
        }
    }

    @Test("every fault says what to do")
    func advice() {
        #expect(EnvelopeFault.allCases.allSatisfy { !$0.advice.isEmpty })
        #expect(Set(EnvelopeFault.allCases.map(\.advice)).count == EnvelopeFault.allCases.count)
    }
}
