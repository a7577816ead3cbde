import Foundation
import Testing

@testable import ClassifierProtocols

@Suite("Base64")
struct Base64Tests {
    @Test("encodes and decodes as the platform does", arguments: 0..<70)
    func roundTrip(count: Int) {
        let bytes = (0..<count).map { UInt8(($0 * 89 + count) & 255) }
        let text = Array(Data(bytes).base64EncodedString().utf8)
        #expect(Base64.encode(bytes) == text)
        #expect(Base64.decode(text) == bytes)
        #expect(Base64.lenientPrefix(text, bytes: 1000).starts(with: bytes))
    }

    @Test(
        "refuses what is not as the standard has it",
        arguments: [
            "A", "AA", "AAA", "AA=A", "A===", "====", "AB==", "AAB=", "AA A", "AAAA\n", "AA-_", "AAAA=", "AAAA====",
        ])
    func refuses(text: String) {
        #expect(Base64.decode(Array(text.utf8)) == nil)
    }

    @Test("a lenient reader passes over what it does not know, in either alphabet")
    func lenient() {
        #expect(Base64.lenientPrefix(Array(" iV\nB#OR-_w".utf8), bytes: 3) == [0x89, 0x50, 0x4E])
        #expect(Base64.lenientPrefix(Array("-_".utf8), bytes: 9) == [0xFB])
        #expect(Base64.lenientPrefix([], bytes: 9) == [])
    }
}
