import Foundation
import Testing

@testable import AuditTrail

@Suite("CanonicalWriter")
struct CanonicalWriterTests {
    private func written(_ body: (inout CanonicalWriter) -> Void) -> String {
        var writer = CanonicalWriter()
        body(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    // RFC 8785, appendix B.
    @Test(
        "prints numbers as ECMAScript does",
        arguments: [
            (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"), (0x7FEF_FFFF_FFFF_FFFF, "1.7976931348623157e+308"),
            (0xFFEF_FFFF_FFFF_FFFF, "-1.7976931348623157e+308"), (0x4340_0000_0000_0000, "9007199254740992"),
            (0xC340_0000_0000_0000, "-9007199254740992"), (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x7FFF_FFFF_FFFF_FFFF, "null"), (0x7FF0_0000_0000_0000, "null"), (0xFFF0_0000_0000_0000, "null"),
            (0x44B5_2D02_C7E1_4AF5, "9.999999999999997e+22"), (0x44B5_2D02_C7E1_4AF6, "1e+23"),
            (0x44B5_2D02_C7E1_4AF7, "1.0000000000000001e+23"), (0x444B_1AE4_D6E2_EF4E, "999999999999999700000"),
            (0x444B_1AE4_D6E2_EF4F, "999999999999999900000"), (0x444B_1AE4_D6E2_EF50, "1e+21"),
            (0x3EB0_C6F7_A0B5_ED8C, "9.999999999999997e-7"), (0x3EB0_C6F7_A0B5_ED8D, "0.000001"),
            (0x41B3_DE43_5555_5553, "333333333.3333332"), (0x41B3_DE43_5555_5554, "333333333.33333325"),
            (0x41B3_DE43_5555_5555, "333333333.3333333"), (0x41B3_DE43_5555_5556, "333333333.3333334"),
            (0x41B3_DE43_5555_5557, "333333333.33333343"), (0xBECB_F647_612F_3696, "-0.0000033333333333333333"),
            (0x4314_3FF3_C1CB_0959, "1424953923781206.2"),
        ] as [(UInt64, String)])
    func numbers(bits: UInt64, expected: String) {
        #expect(written { $0.number(Double(bitPattern: bits)) } == expected)
    }

    @Test("a printed number is read back as the same number")
    func numbersReadBack() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let value = Double(bitPattern: generator.next())
            guard value.isFinite else { continue }
            let text = written { $0.number(value) }
            #expect(Double(text) == value, "\(text)")
        }
    }

    @Test(
        "prints whole numbers",
        arguments: [
            (0, "0"), (7, "7"), (-10, "-10"), (1_795_468_442, "1795468442"), (.max, "9223372036854776000"),
            (.min, "-9223372036854776000"),
        ])
    func integers(value: Int, expected: String) {
        #expect(written { $0.integer(value) } == expected)
    }

    @Test("prints thousandths as the rounded number itself is printed")
    func thousandths() {
        for step in -3000...30_000 {
            let value = Double(step) * 0.37 + 0.0001
            let rounded = (value * 1000).rounded() / 1000
            #expect(written { $0.thousandths(value) } == written { $0.number(rounded) })
        }
        #expect(written { $0.thousandths(.nan) } == "null")
        #expect(written { $0.thousandths(-.infinity) } == "null")
        #expect(written { $0.thousandths(1e300) } == "1e+300")
        #expect(written { $0.thousandths(-0.0004) } == "0")
    }

    @Test(
        "escapes what must be escaped and nothing else",
        arguments: [
            ("plain", "\"plain\""), ("", "\"\""), ("\"\\", #""\"\\""#), ("\u{8}\t\n\u{C}\r", #""\b\t\n\f\r""#),
            ("\u{0}\u{1F}\u{7F}", "\"\\u0000\\u001f\u{7F}\""), ("/é€😀\u{2028}", "\"/é€😀\u{2028}\""),
            ("\u{1B}[2J", "\"\\u001b[2J\""),
        ])
    func strings(text: String, expected: String) {
        #expect(written { $0.string(text) } == expected)
    }

    @Test("replaces bytes that are not UTF-8 before they get here")
    func invalidUTF8() {
        let text = String(decoding: [0x2F, 0xFF, 0xC0, 0x80, 0x61] as [UInt8], as: UTF8.self)
        let bytes = Array(written { $0.string(text) }.utf8)
        #expect(String(validating: bytes, as: UTF8.self) == "\"/\u{FFFD}\u{FFFD}\u{FFFD}a\"")
    }

    @Test("cuts long text between scalars and says how long it was")
    func limits() {
        #expect(written { $0.string("abcdef", limit: 6) } == "\"abcdef\"")
        #expect(written { $0.string("abcdefg", limit: 6) } == "\"abcdef…[7 bytes]\"")
        #expect(written { $0.string("aé€😀", limit: 6) } == "\"aé€…[10 bytes]\"")
        #expect(written { $0.string("aé€😀", limit: 5) } == "\"aé…[10 bytes]\"")
        #expect(written { $0.string("😀", limit: 3) } == "\"…[4 bytes]\"")
    }
}
