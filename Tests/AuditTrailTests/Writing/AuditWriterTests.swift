import Foundation
import Synchronization
import Testing

@testable import AuditTrail

@Suite("AuditWriter")
struct AuditWriterTests {
    @Test(
        "stores what it is given in order, chained and verifiable",
        arguments: [FsyncPolicy.always, .interval(.seconds(3600)), .never])
    func stores(fsync: FsyncPolicy) async throws {
        let log = TemporaryLog()
        try await log.write(500, log.configuration(fsync: fsync))
        let result = try AuditVerifier.verify(log.directory, isStrict: true)
        #expect(result.fault == nil)
        #expect(result.lines == 502)
        #expect(result.headSequence == 502)
        let entries = try log.entries()
        #expect(entries.map(\.sequence) == Array(1...502))
        #expect(entries.first?.value["event"]?.string == "start")
        #expect(entries.last?.value["event"]?.string == "stop")
        #expect(entries.dropFirst().dropLast().map(\.id) == (0..<500).map { TemporaryLog.record($0).id })
        #expect(try log.lines().allSatisfy { String(decoding: $0, as: UTF8.self).contains("\"instance\":\"pc-test\"") })
    }

    @Test("files are the owner's alone, and so is a folder that it makes")
    func modes() async throws {
        let log = TemporaryLog()
        try await log.write(1)
        #expect(try log.mode("") == 0o700)
        for name in try log.files + ["audit.lock", "audit.head"] { #expect(try log.mode(name) == 0o600) }
    }

    @Test("a second writer is refused and told who holds the folder, until the first lets go")
    func singleWriter() async throws {
        let log = TemporaryLog()
        let first = try AuditWriter.open(log.configuration())
        #expect(
            throws: AuditError.locked(
                directory: log.directory, owner: "process \(ProcessInfo.processInfo.processIdentifier)")
        ) {
            try AuditWriter.open(log.configuration())
        }
        await first.close()
        await (try AuditWriter.open(log.configuration())).close()
    }

    @Test("a folder that cannot be used is an error that names it")
    func unusable() throws {
        let log = TemporaryLog()
        try FileManager.default.createDirectory(atPath: log.directory, withIntermediateDirectories: true)
        try log.replace("file", [1])
        var configuration = log.configuration()
        configuration.directory = log.directory + "/file"
        #expect(
            throws: AuditError.unusable(
                path: configuration.directory, operation: "use as a folder", errorNumber: Int(ENOTDIR))
        ) {
            try AuditWriter.open(configuration)
        }
    }

    @Test("a restart goes on with the chain")
    func restarts() async throws {
        let log = TemporaryLog()
        for _ in 0..<3 { try await log.write(10) }
        let result = try AuditVerifier.verify(log.directory, isStrict: true)
        #expect(result.fault == nil)
        #expect(result.lines == 36)
        #expect(result.notes.isEmpty)
        #expect(try log.files.count == 1)
    }

    @Test("a full file is followed by the next, whose first line names it")
    func rotatesBySize() async throws {
        let log = TemporaryLog()
        try await log.write(200, log.configuration(rotateBytes: 8192))
        let names = try log.files
        #expect(names.count > 5)
        let result = try AuditVerifier.verify(log.directory, isStrict: true)
        #expect(result.fault == nil)
        #expect(result.files == names.count)
        for (previous, name) in zip(names, names.dropFirst()) {
            let first = try #require(AuditEntry(line: TemporaryLog.lines(try log.bytes(name))[0]))
            #expect(first.value["event"]?.string == "rotation")
            #expect(first.value["details"]?["previous_file"]?.string == previous)
            #expect(name == LogFiles.name(firstSequence: first.sequence))
            #expect(try log.bytes(name).count < 8192 + 1024)
        }
    }

    @Test("an old file is followed by the next")
    func rotatesByAge() async throws {
        let log = TemporaryLog()
        let writer = try AuditWriter.open(log.configuration(rotateAfter: .seconds(60)))
        for minute in 0..<5 {
            try await writer.store(TemporaryLog.record(minute * 60_000 + 1))
            try await writer.flush()
        }
        await writer.close()
        #expect(try log.files.count == 5)
        #expect(try AuditVerifier.verify(log.directory).fault == nil)
    }

    @Test("under always, a record is acknowledged when it is in the file and the head names it")
    func acknowledgesAfterSync() async throws {
        let log = TemporaryLog()
        let writer = try AuditWriter.open(log.configuration(fsync: .always))
        try await writer.store(TemporaryLog.record(1))
        #expect(try log.entries().count == 2)
        #expect(try AuditVerifier.verify(log.directory).headSequence == 2)
        #expect(writer.statistics.syncs == 2)
        await writer.close()
    }

    @Test(
        "otherwise a record is acknowledged before submit returns",
        arguments: [FsyncPolicy.interval(.seconds(3600)), .never])
    func acknowledgesAtOnce(fsync: FsyncPolicy) async throws {
        let log = TemporaryLog()
        let writer = try AuditWriter.open(log.configuration(fsync: fsync))
        let isAcknowledged = Mutex(false)
        writer.submit(TemporaryLog.record(1)) { result in
            if case .success = result { isAcknowledged.withLock { $0 = true } }
        }
        #expect(isAcknowledged.withLock { $0 })
        try await writer.flush()
        #expect(try log.entries().count == 2)
        await writer.close()
    }

    @Test("records of many threads get distinct numbers and all arrive")
    func concurrent() async throws {
        let log = TemporaryLog()
        let writer = try AuditWriter.open(log.configuration(fsync: .always))
        await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    for number in 0..<50 {
                        await #expect(throws: Never.self) {
                            try await writer.store(TemporaryLog.record(task * 50 + number))
                        }
                    }
                }
            }
        }
        await writer.close()
        #expect(try AuditVerifier.verify(log.directory, isStrict: true).fault == nil)
        #expect(Set(try log.entries(AuditQuery()).map(\.id)).count == 402)
        #expect(writer.statistics.records == 402)
    }

    @Test("a closed writer refuses, and closing twice is harmless")
    func closed() async throws {
        let log = TemporaryLog()
        let writer = try AuditWriter.open(log.configuration())
        await writer.close()
        await writer.close()
        #expect(writer.enqueue(TemporaryLog.record(1)) == .closed)
        await #expect(throws: AuditError.closed) { try await writer.store(TemporaryLog.record(1)) }
        await #expect(throws: AuditError.closed) { try await writer.flush() }
    }

    @Test("what waits when it is closed is written first")
    func closesAfterWriting() async throws {
        let log = TemporaryLog()
        let disk = FailingDisk()
        let writer = try AuditWriter.open(log.configuration(), calls: disk.calls)
        disk.closeGate()
        #expect(writer.enqueue(TemporaryLog.record(0)) == nil)
        disk.hasArrived.wait()
        for number in 1..<100 { #expect(writer.enqueue(TemporaryLog.record(number)) == nil) }
        async let closing: Void = writer.close()
        disk.openGate()
        await closing
        #expect(try log.entries().count == 102)
    }

    @Test("a clock that steps back leaves one record, and times never step back")
    func clockStepsBack() async throws {
        let log = TemporaryLog()
        let clock = Mutex(TemporaryLog.time())
        var configuration = log.configuration()
        configuration.now = { clock.withLock { $0 } }
        let writer = try AuditWriter.open(configuration)
        clock.withLock { $0 = TemporaryLog.time(-3_600_000) }
        for number in 0..<3 {
            try await writer.store(TemporaryLog.record(number - 3_600_000))
            try await writer.flush()
        }
        await writer.close()
        let result = try AuditVerifier.verify(log.directory, isStrict: true)
        #expect(result.fault == nil)
        let entries = try log.entries()
        #expect(entries.compactMap { $0.value["event"]?.string } == ["start", "clock-stepped-back", "stop"])
        #expect(entries[1].value["details"]?["microseconds"]?.integer == 3_600_000_000)
        #expect(entries.allSatisfy { $0.time == TemporaryLog.time() })
    }

    @Test("a record too long to be read back is stored without its lists")
    func tooLong() async throws {
        let log = TemporaryLog()
        let writer = try AuditWriter.open(log.configuration())
        var record = fullDecision()
        record.detectors = Array(repeating: record.detectors[0], count: 10_000)
        try await writer.store(record)
        await writer.close()
        let entry = try #require(try log.entries().first { $0.id == record.id })
        #expect(entry.value["detectors"] == nil)
        #expect(entry.verdict == "reject")
        #expect(try AuditVerifier.verify(log.directory, isStrict: true).fault == nil)
    }

    @Test("a file that somebody removed is followed by a new one")
    func fileRemoved() async throws {
        let log = TemporaryLog()
        let writer = try AuditWriter.open(log.configuration())
        try await writer.flush()
        try log.remove(try log.files[0])
        try await writer.store(TemporaryLog.record(1))
        await writer.close()
        #expect(try log.files == [LogFiles.name(firstSequence: 2)])
        #expect(try log.entries().contains { $0.id == TemporaryLog.record(1).id })
    }

    @Test("names of fsync policies are read back", arguments: ["always", "never", "interval:1s", "interval:250ms"])
    func policyNames(text: String) {
        #expect(FsyncPolicy(text)?.description == text)
    }

    @Test(
        "other names are refused",
        arguments: ["", "interval", "interval:", "interval:0s", "interval:-1s", "interval:1m", "sometimes"])
    func otherPolicyNames(text: String) {
        #expect(FsyncPolicy(text) == nil)
    }
}
