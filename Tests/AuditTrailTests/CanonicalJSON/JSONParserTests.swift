import Testing

@testable import AuditTrail

@Suite("JSONParser")
struct JSONParserTests {
    private func canonical(_ text: String) throws -> String {
        String(decoding: try JSONParser.parse(Array(text.utf8)).canonicalBytes(), as: UTF8.self)
    }

    private static let loose = #"""
        {"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
          "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}
        """#
    private static let tight =
        #"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#

    // RFC 8785, sections 3.2.2 to 3.2.4.
    @Test("its values are written in the canonical form")
    func canonicalForm() throws {
        #expect(try canonical(Self.loose) == Self.tight)
    }

    @Test("keys are sorted by UTF-16 code units")
    func keyOrder() throws {
        let text = #"""
            {"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
             "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"}
            """#
        let keys = try JSONParser.parse(Array(try canonical(text).utf8)).members.map(\.key)
        #expect(keys == ["\r", "1", "\u{80}", "ö", "€", "😀", "\u{FB33}"])
    }

    @Test(
        "reads every kind of value",
        arguments: [
            ("null", JSONValue.null), (" true ", .boolean(true)), ("false", .boolean(false)), ("-0.5e1", .number(-5)),
            ("\"a\\u00e9\\ud83d\\ude00\"", .string("aé😀")), ("[]", .array([])), ("{}", .object([])),
            ("[1,[2]]", .array([.number(1), .array([.number(2)])])),
            ("{\"a\":{\"b\":1}}", .object([.init(key: "a", value: .object([.init(key: "b", value: .number(1))]))])),
        ])
    func reads(text: String, expected: JSONValue) throws {
        #expect(try JSONParser.parse(Array(text.utf8)) == expected)
    }

    @Test(
        "refuses what is not strict JSON",
        arguments: [
            ("", .unexpectedEnd), ("tru", .unexpectedEnd), ("nul1", .unexpectedByte), ("[1,]", .unexpectedByte),
            ("{\"a\":1,}", .unexpectedByte), ("{a:1}", .unexpectedByte), ("01", .invalidNumber), ("1.", .invalidNumber),
            ("1e", .invalidNumber), ("-", .unexpectedEnd), ("+1", .unexpectedByte), (".5", .unexpectedByte),
            ("1e999", .invalidNumber), ("NaN", .unexpectedByte), ("\"\u{1}\"", .controlCharacter),
            ("\"\\x\"", .invalidEscape), ("\"\\ud800\"", .unexpectedByte), ("\"\\ud800\\u0041\"", .invalidEscape),
            ("\"\\udc00\"", .invalidEscape), ("\"\\u12g4\"", .invalidEscape), ("\"abc", .unexpectedEnd),
            ("{\"a\":1,\"a\":2}", .duplicateKey), ("{\"a\":1,\"\\u0061\":2}", .duplicateKey), ("1 2", .trailingBytes),
            ("{\"a\" 1}", .unexpectedByte), ("[1 2]", .unexpectedByte), ("[", .unexpectedEnd), ("{", .unexpectedEnd),
        ] as [(String, JSONParser.Problem)])
    func refuses(text: String, problem: JSONParser.Problem) {
        #expect {
            try JSONParser.parse(Array(text.utf8))
        } throws: { error in
            (error as? JSONParser.Failure)?.problem == problem
        }
    }

    @Test(
        "refuses strings that are not UTF-8",
        arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82]] as [[UInt8]])
    func refusesInvalidUTF8(bytes: [UInt8]) {
        #expect(throws: JSONParser.Failure(offset: bytes.count + 2, problem: .invalidUTF8)) {
            try JSONParser.parse([0x22] + bytes + [0x22])
        }
    }

    @Test("bounds the depth")
    func depth() throws {
        let deep = String(repeating: "[", count: 32) + String(repeating: "]", count: 32)
        #expect(try JSONParser.parse(Array(deep.utf8)).elements.count == 1)
        let deeper = String(repeating: "[", count: 100_000)
        #expect(throws: JSONParser.Failure.self) { try JSONParser.parse(Array(deeper.utf8)) }
    }

    @Test("refuses every truncation of a record and every byte set to zero")
    func hostileBytes() throws {
        let bytes = line(of: fullDecision(text: "é\"\\\u{1}😀"))
        _ = try JSONParser.parse(bytes)
        for end in 0..<bytes.count {
            #expect(throws: JSONParser.Failure.self) { try JSONParser.parse(Array(bytes[..<end])) }
            var damaged = bytes
            damaged[end] = 0
            #expect(throws: JSONParser.Failure.self) { try JSONParser.parse(damaged) }
        }
    }
}
