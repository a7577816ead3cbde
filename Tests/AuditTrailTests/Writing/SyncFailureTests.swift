import Foundation
import Synchronization
import Testing

@testable import AuditTrail

/// Linux reports a page that it could not write once and may then forget it: a later success says nothing about it.
@Suite("AuditWriter after a sync that failed")
struct SyncFailureTests {
    private static let broken = AuditError.storageFailed(operation: "sync", errorNumber: Int(EIO))

    private func events(_ log: TemporaryLog) throws -> [String] {
        try log.entries().map { $0.value["event"]?.string ?? "record" }
    }

    private func inode(_ log: TemporaryLog, _ name: String) throws -> UInt64 {
        let attributes = try FileManager.default.attributesOfItem(atPath: log.directory + "/" + name)
        return try #require(attributes[.systemFileNumber] as? UInt64)
    }

    @Test(
        "leaves the file for good and says first which lines may be lost",
        arguments: [FsyncPolicy.interval(.seconds(3600)), .never])
    func leavesTheFile(fsync: FsyncPolicy) async throws {
        let log = TemporaryLog()
        let disk = FailingDisk()
        let writer = try AuditWriter.open(log.configuration(fsync: fsync), calls: disk.calls)
        #expect(writer.enqueue(TemporaryLog.record(1)) == nil)
        try await writer.flush()
        disk.set { $0.sync = Int(EIO) }
        for number in 2...3 { #expect(writer.enqueue(TemporaryLog.record(number)) == nil) }
        await #expect(throws: Self.broken) { try await writer.flush() }
        #expect(try AuditVerifier.verify(log.directory).headSequence == 2)
        disk.synced.withLock { $0 = [] }
        disk.set { $0.sync = 0 }
        try await writer.flush()
        try await writer.store(TemporaryLog.record(4))
        await writer.close()

        let names = try log.files
        #expect(names == [LogFiles.name(firstSequence: 1), LogFiles.name(firstSequence: 5)])
        let doubtful = try inode(log, names[0])
        #expect(disk.synced.withLock { !$0.contains(doubtful) && !$0.isEmpty })
        #expect(try events(log) == ["start", "record", "record", "record", "sync-failed", "record", "stop"])
        let details = try #require(try log.entries()[4].value["details"])
        #expect(details["first_seq"]?.integer == 3)
        #expect(details["last_seq"]?.integer == 4)
        #expect(details["previous_file"]?.string == names[0])
        #expect(details["error"]?.string == SystemText.of(Int(EIO)))
        let result = try AuditVerifier.verify(log.directory, isStrict: true)
        #expect(result.fault == nil)
        #expect(result.headSequence == 7)
        #expect(try log.mode(names[1]) == 0o600)
    }

    @Test("under always, nothing in the doubtful file is acknowledged, and the loss is named and counted")
    func always() async throws {
        let log = TemporaryLog()
        let disk = FailingDisk()
        let writer = try AuditWriter.open(log.configuration(fsync: .always), calls: disk.calls)
        disk.set { $0.sync = Int(EIO) }
        await #expect(throws: Self.broken) { try await writer.store(TemporaryLog.record(1)) }
        disk.set { $0.sync = 0 }
        try await writer.flush()
        try await writer.store(TemporaryLog.record(2))
        await writer.close()
        #expect(try events(log) == ["start", "record", "sync-failed", "dropped", "record", "stop"])
        let details = try #require(try log.entries()[2].value["details"])
        #expect(details["first_seq"]?.integer == 2)
        #expect(details["last_seq"]?.integer == 2)
        #expect(try AuditVerifier.verify(log.directory, isStrict: true).fault == nil)
    }

    @Test(
        "a disk that stays broken gets no file for every attempt, and the head stays",
        arguments: [FsyncPolicy.interval(.seconds(3600)), .never])
    func staysBroken(fsync: FsyncPolicy) async throws {
        let log = TemporaryLog()
        let disk = FailingDisk()
        let writer = try AuditWriter.open(log.configuration(fsync: fsync), calls: disk.calls)
        disk.set { $0.sync = Int(EIO) }
        #expect(writer.enqueue(TemporaryLog.record(1)) == nil)
        for _ in 0..<5 { await #expect(throws: Self.broken) { try await writer.flush() } }
        #expect(writer.enqueue(TemporaryLog.record(2)) == Self.broken)
        await writer.close()
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: log.directory).sorted() == [
                "audit-000000000001.jsonl", "audit.head", "audit.lock",
            ])
        let result = try AuditVerifier.verify(log.directory, isStrict: true)
        #expect(result.fault == nil)
        #expect(result.headSequence == 1)
        // The next writer says that the head is behind.
        try await log.write(1)
        let start = try #require(try log.entries().last { $0.value["event"]?.string == "start" })
        #expect(start.value["details"]?["head"]?.string == "behind")
        #expect(start.value["details"]?["head_seq"]?.integer == 1)
    }

    @Test("lines that were lost with the doubtful file show as missing before the record that names them")
    func lossShows() async throws {
        let log = TemporaryLog()
        let disk = FailingDisk()
        let writer = try AuditWriter.open(log.configuration(), calls: disk.calls)
        disk.set { $0.sync = Int(EIO) }
        for number in 1...3 { #expect(writer.enqueue(TemporaryLog.record(number)) == nil) }
        await #expect(throws: Self.broken) { try await writer.flush() }
        disk.set { $0.sync = 0 }
        try await writer.flush()
        await writer.close()
        let first = LogFiles.name(firstSequence: 1)
        let kept = TemporaryLog.lines(try log.bytes(first)).prefix(2)
        try log.replace(first, Array(kept.joined(separator: [0x0A])) + [0x0A])
        let fault = try AuditVerifier.verify(log.directory).fault
        #expect(fault?.kind == .gap(found: 5))
        #expect(fault?.file == log.directory + "/" + LogFiles.name(firstSequence: 5))
        #expect(try events(log) == ["start", "record", "sync-failed", "stop"])
    }

    @Test("a full file whose sync fails is left too, and what waited is written to the next")
    func rotation() async throws {
        let log = TemporaryLog()
        let disk = FailingDisk()
        let writer = try AuditWriter.open(log.configuration(rotateBytes: 2048), calls: disk.calls)
        disk.set { $0.sync = Int(EIO) }
        for number in 1...20 { #expect(writer.enqueue(TemporaryLog.record(number)) == nil) }
        await #expect(throws: Self.broken) { try await writer.flush() }
        disk.set { $0.sync = 0 }
        try await writer.flush()
        await writer.close()
        let result = try AuditVerifier.verify(log.directory, isStrict: true)
        #expect(result.fault == nil)
        #expect(try events(log).count { $0 == "record" } == 20)
        #expect(try events(log).count { $0 == "sync-failed" } == 1)
    }

    @Test("bytes of a write that was cut short are cut off before the file is left")
    func tornAndDoubtful() async throws {
        let log = TemporaryLog()
        let disk = FailingDisk()
        let clock = Mutex(TemporaryLog.time())
        var configuration = log.configuration()
        configuration.now = { clock.withLock { $0 } }
        let writer = try AuditWriter.open(configuration, calls: disk.calls)
        // The line about the clock is written by itself and fits; the one after it does not.
        clock.withLock { $0 = TemporaryLog.time(-60_000) }
        disk.set {
            $0.write = Int(ENOSPC)
            $0.room = 600
            $0.truncate = Int(EIO)
            $0.sync = Int(EIO)
        }
        #expect(writer.enqueue(TemporaryLog.record(1)) == nil)
        await #expect(throws: AuditError.self) { try await writer.flush() }
        disk.set { $0 = FailingDisk.Faults() }
        try await writer.flush()
        await writer.close()
        #expect(try events(log) == ["start", "clock-stepped-back", "sync-failed", "record", "stop"])
        #expect(try AuditVerifier.verify(log.directory, isStrict: true).fault == nil)
    }

    @Test("a new file whose name cannot be made durable takes no record")
    func folder() async throws {
        let log = TemporaryLog()
        let disk = FailingDisk()
        let writer = try AuditWriter.open(log.configuration(fsync: .always, rotateBytes: 2048), calls: disk.calls)
        disk.set { $0.syncFolder = Int(EIO) }
        let failure = AuditError.storageFailed(operation: "sync the folder", errorNumber: Int(EIO))
        await #expect(throws: failure) {
            for number in 1...20 { try await writer.store(TemporaryLog.record(number)) }
        }
        disk.set { $0.syncFolder = 0 }
        try await writer.flush()
        try await writer.store(TemporaryLog.record(30))
        await writer.close()
        #expect(try log.entries().contains { $0.id == TemporaryLog.record(30).id })
        #expect(try AuditVerifier.verify(log.directory, isStrict: true).fault == nil)
    }
}
