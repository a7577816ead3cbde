import Foundation
import Testing

@testable import AuditTrail

@Suite("LogRecovery")
struct LogRecoveryTests {
    /// A log as kill -9 leaves it: the last `stop` record is cut off, and the head names an earlier line.
    private func interrupted(_ count: Int) async throws -> (log: TemporaryLog, whole: [UInt8]) {
        let log = TemporaryLog()
        let writer = try AuditWriter.open(log.configuration())
        for number in 0..<count / 2 { #expect(writer.enqueue(TemporaryLog.record(number)) == nil) }
        try await writer.flush()
        let head = try log.bytes("audit.head")
        for number in count / 2..<count { #expect(writer.enqueue(TemporaryLog.record(number)) == nil) }
        await writer.close()
        let lines = try log.lines().dropLast()
        let whole = Array(lines.joined(separator: [0x0A])) + [0x0A]
        try log.replace(try log.files[0], whole)
        try log.replace("audit.head", head)
        return (log, whole)
    }

    @Test("a last line torn at any byte is kept aside and recorded, and the chain goes on")
    func tornAnywhere() async throws {
        let (log, whole) = try await interrupted(6)
        let name = try log.files[0]
        let head = try log.bytes("audit.head")
        let last = try #require(TemporaryLog.lines(whole).last)
        let start = whole.count - last.count - 1
        for cut in 0...last.count {
            try log.replace(name, Array(whole[..<(start + cut)]))
            try log.replace("audit.head", head)
            await (try AuditWriter.open(log.configuration())).close()
            let result = try AuditVerifier.verify(log.directory, isStrict: true)
            #expect(result.fault == nil, "cut at \(cut)")
            let entry = try #require(try log.entries().last { $0.value["event"]?.string == "start" })
            let details = try #require(entry.value["details"])
            #expect(details["head"]?.string == "behind")
            if cut == last.count {
                #expect(details["completed_line"]?.integer == 7)
                #expect(try log.lines()[6] == last)
            } else if cut > 0 {
                #expect(details["torn_bytes"]?.integer == cut)
                let aside = try #require(details["torn_file"]?.string)
                #expect(try log.bytes(aside) == Array(last[..<cut]))
                #expect(try log.mode(aside) == 0o600)
            } else {
                #expect(details["torn_bytes"] == nil)
            }
        }
    }

    @Test(
        "damage after the last record is kept aside",
        arguments: [
            [UInt8](repeating: 0, count: 5000), Array("garbage\n".utf8), Array("{}\n{}\n".utf8), [0x0A], [0x0A, 0x0A],
            [UInt8](repeating: 0x61, count: 3 << 20) + [0x0A], Array("{\"half\":".utf8),
        ])
    func damagedTail(tail: [UInt8]) async throws {
        let (log, whole) = try await interrupted(4)
        try log.replace(try log.files[0], whole + tail)
        await (try AuditWriter.open(log.configuration())).close()
        #expect(try AuditVerifier.verify(log.directory, isStrict: true).fault == nil)
        let details = try #require(try log.entries().last { $0.value["event"]?.string == "start" }?.value["details"])
        #expect(details["torn_bytes"]?.integer == tail.count)
        let aside = try #require(details["torn_file"]?.string)
        #expect(try log.bytes(aside) == tail)
    }

    @Test("a log without its head goes on and says so")
    func noHead() async throws {
        let (log, _) = try await interrupted(4)
        try log.remove("audit.head")
        await (try AuditWriter.open(log.configuration())).close()
        let details = try #require(try log.entries().last { $0.value["event"]?.string == "start" }?.value["details"])
        #expect(details["head"]?.string == "missing")
        #expect(try AuditVerifier.verify(log.directory).fault == nil)
    }

    @Test("a head that cannot be understood is said to be so")
    func badHead() async throws {
        let (log, _) = try await interrupted(4)
        try log.replace("audit.head", Array("nonsense".utf8))
        #expect(try AuditVerifier.verify(log.directory).fault?.kind == .headUnreadable)
        await (try AuditWriter.open(log.configuration())).close()
        let details = try #require(try log.entries().last { $0.value["event"]?.string == "start" }?.value["details"])
        #expect(details["head"]?.string == "unreadable")
        #expect(try AuditVerifier.verify(log.directory).fault == nil)
    }

    @Test("an end that was cut off stays visible after a restart")
    func cutOffStaysVisible() async throws {
        let log = TemporaryLog()
        try await log.write(10)
        let lines = try log.lines()
        try log.replace(try log.files[0], Array(lines[..<5].joined(separator: [0x0A])) + [0x0A])
        #expect(try AuditVerifier.verify(log.directory).fault?.kind == .cutOff(lastDurable: 12))
        try await log.write(3)
        let result = try AuditVerifier.verify(log.directory)
        #expect(result.fault?.kind == .gap(found: 13))
        #expect(result.fault?.line == 6)
        let start = try #require(try log.entries().first { $0.sequence == 13 })
        #expect(start.value["details"]?["head"]?.string == "ahead")
    }

    @Test("a last line that was edited while nobody wrote stays visible after a restart")
    func editStaysVisible() async throws {
        let log = TemporaryLog()
        try await log.write(3)
        let name = try log.files[0]
        let text = String(decoding: try log.bytes(name), as: UTF8.self)
        try log.replace(name, Array(text.replacing("\"event\":\"stop\"", with: "\"event\":\"halt\"").utf8))
        try await log.write(3)
        let result = try AuditVerifier.verify(log.directory)
        #expect(result.fault?.line == 5)
        #expect(result.fault?.kind == .altered)
    }

    @Test("an empty newest file is written on")
    func emptyNewest() async throws {
        let log = TemporaryLog()
        try await log.write(3)
        try log.replace(LogFiles.name(firstSequence: 6), [])
        try await log.write(3)
        let result = try AuditVerifier.verify(log.directory, isStrict: true)
        #expect(result.fault == nil)
        #expect(result.lines == 10)
        #expect(try log.files.count == 2)
    }

    @Test("a log that is only damage begins anew and keeps it aside")
    func onlyDamage() async throws {
        let log = TemporaryLog()
        try FileManager.default.createDirectory(atPath: log.directory, withIntermediateDirectories: true)
        try log.replace(LogFiles.name(firstSequence: 1), Array("nothing of ours".utf8))
        try await log.write(1)
        #expect(try AuditVerifier.verify(log.directory, isStrict: true).fault == nil)
        #expect(try log.bytes("torn-000000000001.part") == Array("nothing of ours".utf8))
    }
}
