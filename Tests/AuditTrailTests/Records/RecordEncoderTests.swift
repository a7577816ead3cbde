import Foundation
import Testing

@testable import AuditTrail

@Suite("RecordEncoder")
struct RecordEncoderTests {
    /// Texts that try to break out of a string or to look like a member.
    static let hostile = [
        "plain", "", "\",\"prev\":\"" + String(repeating: "0", count: 64) + "\"",
        "{\"schema\":\"portcullis.audit/v1\",\"seq\":1",
        "\u{0}\u{1}\n\r\t\u{8}\u{C}\u{1F}\u{7F}", "\\", "\\\"", "é€😀\u{FB33}\u{2028}",
        String(repeating: "x", count: 5000),
        String(decoding: [0xFF, 0xFE, 0x80] as [UInt8], as: UTF8.self), "median(2)", "n",
    ]

    @Test("a line with every member is canonical", arguments: hostile)
    func canonical(text: String) throws {
        let bytes = line(of: fullDecision(text: text), instance: text)
        #expect(!bytes.contains(0x0A))
        #expect(try JSONParser.parse(bytes).canonicalBytes() == bytes)
    }

    @Test("a line with no optional member is canonical", arguments: AuditRecord.Kind.allCases)
    func minimal(kind: AuditRecord.Kind) throws {
        let bytes = line(
            of: AuditRecord(kind: kind, id: AuditID(time: TemporaryLog.time(), random: 0), time: TemporaryLog.time()))
        let value = try JSONParser.parse(bytes)
        #expect(value.canonicalBytes() == bytes)
        #expect(value.members.map(\.key) == ["id", "instance", "kind", "prev", "schema", "seq", "time"])
    }

    @Test("its number, link and time are found without parsing", arguments: hostile)
    func heading(text: String) throws {
        let bytes = line(of: fullDecision(text: text), instance: text)
        let heading = try #require(bytes.withUnsafeBytes { LineHeading($0) })
        #expect(heading.sequence == 7)
        #expect(heading.previous == ChainLink.hash(of: [1, 2, 3]))
        #expect(heading.time == Array("2026-11-23T21:14:02.123456Z".utf8))
    }

    @Test("what is not finite is null")
    func notFinite() throws {
        var record = fullDecision()
        record.answer?.confidence = .nan
        record.detectors[0].score = -.infinity
        let value = try JSONParser.parse(line(of: record))
        #expect(value["answer"]?["confidence"] == .null)
        #expect(value["detectors"]?.elements.first?["score"] == .null)
        #expect(value["detectors"]?.elements.first?["evidence"]?["plain"] == .null)
        #expect(value["timings_ms"]?["inspect"] == .null)
    }

    @Test("a repeated name of evidence is numbered, not lost")
    func repeatedEvidence() throws {
        let value = try JSONParser.parse(line(of: fullDecision(text: "again")))
        let evidence = try #require(value["detectors"]?.elements.first?["evidence"])
        #expect(evidence["again#2"]?.number == 1e-7)
        #expect(evidence.members.count == 4)
    }

    @Test("long text of a client is capped")
    func caps() throws {
        let value = try JSONParser.parse(line(of: fullDecision(text: String(repeating: "é", count: 100_000))))
        let path = try #require(value["http"]?["path"]?.string)
        #expect(path.utf8.count < 1060)
        #expect(path.hasSuffix("é…[200000 bytes]"))
        #expect(line(of: fullDecision(text: String(repeating: "\u{1}", count: 100_000))).count < 64 << 10)
    }

    @Test("every member stands where the documentation says")
    func documented() throws {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../docs/audit.md").standardizedFileURL
        let text = try String(contentsOf: page, encoding: .utf8)
        func check(_ value: JSONValue, _ isFree: Bool) {
            for member in value.members {
                if !isFree { #expect(text.contains("`\(member.key)`"), "\(member.key) is not in docs/audit.md") }
                check(member.value, ["evidence", "parameters", "details"].contains(member.key))
            }
            for element in value.elements { check(element, false) }
        }
        check(try JSONParser.parse(line(of: fullDecision())), false)
    }
}
