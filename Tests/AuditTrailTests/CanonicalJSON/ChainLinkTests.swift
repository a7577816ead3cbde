import Crypto
import Foundation
import Testing

@testable import AuditTrail

@Suite("ChainLink")
struct ChainLinkTests {
    // RFC 6962 section 2.1; the empty leaf is the first test vector of certificate-transparency's Merkle tree tests.
    @Test("is the leaf hash of RFC 6962")
    func leafHash() {
        #expect(
            String(decoding: ChainLink.hash(of: []), as: UTF8.self)
                == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
        let line = Array("{\"a\":1}".utf8)
        #expect(ChainLink.hash(of: line) == Hexadecimal.encode(SHA256.hash(data: [0] + line)))
    }

    @Test(
        "what does not look like a record has no heading",
        arguments: [
            "", "{}", "{\"prev\":\"\"}", "not json at all", String(repeating: "{", count: 500),
            ",\"prev\":\"" + String(repeating: "a", count: 64),
        ])
    func noHeading(text: String) {
        #expect(Array(text.utf8).withUnsafeBytes { LineHeading($0) } == nil)
    }

    @Test("no truncation of a record counts as a record")
    func truncated() {
        let bytes = line(of: TemporaryLog.record(1))
        #expect(TailFile.heading(of: bytes) != nil)
        #expect((0..<bytes.count).allSatisfy { TailFile.heading(of: Array(bytes[..<$0])) == nil })
    }
}
