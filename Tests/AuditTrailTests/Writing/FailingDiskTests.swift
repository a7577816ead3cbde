import Foundation
import Synchronization
import Testing

@testable import AuditTrail

@Suite("AuditWriter on a failing disk")
struct FailingDiskTests {
    private static let full = AuditError.storageFailed(operation: "write", errorNumber: Int(ENOSPC))

    @Test("under always, nothing is acknowledged while the disk is full, and the loss is counted afterwards")
    func fullUnderAlways() async throws {
        let log = TemporaryLog()
        let disk = FailingDisk()
        let writer = try AuditWriter.open(log.configuration(fsync: .always), calls: disk.calls)
        try await writer.store(TemporaryLog.record(1))
        disk.set { $0.write = Int(ENOSPC) }
        await #expect(throws: Self.full) { try await writer.store(TemporaryLog.record(2)) }
        #expect(writer.statistics.isFailing)
        #expect(writer.enqueue(TemporaryLog.record(3)) == Self.full)
        #expect(writer.statistics.dropped == 2)
        disk.set { $0.write = 0 }
        try await writer.flush()
        #expect(!writer.statistics.isFailing)
        try await writer.store(TemporaryLog.record(4))
        await writer.close()
        #expect(try AuditVerifier.verify(log.directory, isStrict: true).fault == nil)
        let entries = try log.entries()
        #expect(
            entries.map { $0.value["event"]?.string ?? "record" } == ["start", "record", "dropped", "record", "stop"])
        #expect(entries[2].value["details"]?["records"]?.integer == 2)
    }

    @Test("otherwise what was accepted waits for the disk, and what comes meanwhile is refused")
    func fullUnderInterval() async throws {
        let log = TemporaryLog()
        let disk = FailingDisk()
        let writer = try AuditWriter.open(log.configuration(), calls: disk.calls)
        disk.set { $0.write = Int(ENOSPC) }
        for number in 1...3 { #expect(writer.enqueue(TemporaryLog.record(number)) == nil) }
        await #expect(throws: Self.full) { try await writer.flush() }
        #expect(writer.enqueue(TemporaryLog.record(4)) == Self.full)
        disk.set { $0.write = 0 }
        try await writer.flush()
        #expect(writer.enqueue(TemporaryLog.record(5)) == nil)
        await writer.close()
        #expect(try AuditVerifier.verify(log.directory, isStrict: true).fault == nil)
        let entries = try log.entries()
        let ids = Set(entries.map(\.id))
        for number in [1, 2, 3, 5] { #expect(ids.contains(TemporaryLog.record(number).id)) }
        #expect(!ids.contains(TemporaryLog.record(4).id))
        #expect(entries.compactMap { $0.value["details"]?["records"]?.integer } == [1])
    }

    @Test("a write that stops at any byte leaves whole lines alone")
    func partialWrites() async throws {
        let log = TemporaryLog()
        let disk = FailingDisk()
        let writer = try AuditWriter.open(log.configuration(fsync: .always), calls: disk.calls)
        let length = line(of: TemporaryLog.record(1)).count
        for room in stride(from: 1, through: length, by: 7) {
            disk.set {
                $0.write = Int(ENOSPC)
                $0.room = room
            }
            await #expect(throws: Self.full) { try await writer.store(TemporaryLog.record(1)) }
            #expect(try AuditVerifier.verify(log.directory).fault == nil)
            disk.set { $0 = FailingDisk.Faults() }
            try await writer.flush()
        }
        await writer.close()
        #expect(try AuditVerifier.verify(log.directory, isStrict: true).fault == nil)
    }

    @Test("bytes that cannot be cut off at once are cut off before the next line")
    func truncationFails() async throws {
        let log = TemporaryLog()
        let disk = FailingDisk()
        let writer = try AuditWriter.open(log.configuration(fsync: .always), calls: disk.calls)
        disk.set {
            $0.write = Int(EIO)
            $0.room = 20
            $0.truncate = Int(EIO)
        }
        await #expect(throws: AuditError.storageFailed(operation: "write", errorNumber: Int(EIO))) {
            try await writer.store(TemporaryLog.record(1))
        }
        await #expect(throws: AuditError.self) { try await writer.flush() }
        disk.set { $0 = FailingDisk.Faults() }
        try await writer.flush()
        try await writer.store(TemporaryLog.record(2))
        await writer.close()
        #expect(try AuditVerifier.verify(log.directory, isStrict: true).fault == nil)
    }

    @Test("short writes are continued")
    func shortWrites() async throws {
        let log = TemporaryLog()
        let disk = FailingDisk()
        disk.set { $0.stride = 13 }
        let writer = try AuditWriter.open(log.configuration(), calls: disk.calls)
        for number in 0..<20 { #expect(writer.enqueue(TemporaryLog.record(number)) == nil) }
        await writer.close()
        #expect(try AuditVerifier.verify(log.directory, isStrict: true).lines == 22)
    }

    @Test("under always, a sync that fails acknowledges nothing")
    func syncFails() async throws {
        let log = TemporaryLog()
        let disk = FailingDisk()
        let writer = try AuditWriter.open(log.configuration(fsync: .always), calls: disk.calls)
        disk.set { $0.sync = Int(EIO) }
        let failure = AuditError.storageFailed(operation: "sync", errorNumber: Int(EIO))
        await #expect(throws: failure) { try await writer.store(TemporaryLog.record(1)) }
        #expect(writer.enqueue(TemporaryLog.record(2)) == failure)
        disk.set { $0.sync = 0 }
        try await writer.flush()
        try await writer.store(TemporaryLog.record(3))
        await writer.close()
        #expect(try AuditVerifier.verify(log.directory, isStrict: true).fault == nil)
    }

    @Test("a full queue refuses at once, and the next record counts what it refused")
    func fullQueue() async throws {
        let log = TemporaryLog()
        let disk = FailingDisk()
        let writer = try AuditWriter.open(log.configuration(queueCapacity: 10), calls: disk.calls)
        disk.closeGate()
        #expect(writer.enqueue(TemporaryLog.record(0)) == nil)
        disk.hasArrived.wait()
        var refusals: [AuditError?] = []
        for number in 1...15 { refusals.append(writer.enqueue(TemporaryLog.record(number))) }
        #expect(writer.statistics.queueDepth == 10)
        disk.openGate()
        await writer.close()
        #expect(refusals == Array(repeating: nil, count: 10) + Array(repeating: .queueFull(capacity: 10), count: 5))
        #expect(writer.statistics.dropped == 5)
        #expect(try log.entries().compactMap { $0.value["details"]?["records"]?.integer } == [5])
        #expect(try AuditVerifier.verify(log.directory, isStrict: true).fault == nil)
    }

    @Test("whoever waits for room loses nothing, and nothing says that something was lost", .timeLimit(.minutes(1)))
    func waitsForRoom() async throws {
        let log = TemporaryLog()
        let disk = FailingDisk()
        let writer = try AuditWriter.open(log.configuration(queueCapacity: 2), calls: disk.calls)
        disk.closeGate()
        #expect(writer.enqueue(TemporaryLog.record(0)) == nil)
        disk.hasArrived.wait()
        let waiting = Task {
            for number in 1...20 { try await writer.enqueueWhenThereIsRoom(TemporaryLog.record(number)) }
        }
        while writer.statistics.queueDepth < 2 { await Task.yield() }
        // The third record finds no room now, and again and again.
        for _ in 0..<10_000 { await Task.yield() }
        disk.openGate()
        try await waiting.value
        await writer.close()
        #expect(writer.statistics.dropped == 0)
        #expect(try log.entries().compactMap { $0.value["details"]?["records"]?.integer } == [])
        // Start, 21 records, stop.
        #expect(try AuditVerifier.verify(log.directory, isStrict: true).lines == 23)
        await #expect(throws: AuditError.closed) { try await writer.enqueueWhenThereIsRoom(TemporaryLog.record(21)) }
    }

    @Test("closing on a disk that stays full ends, and leaves whole lines")
    func closesOnFullDisk() async throws {
        let log = TemporaryLog()
        let disk = FailingDisk()
        let writer = try AuditWriter.open(log.configuration(), calls: disk.calls)
        disk.set { $0.write = Int(ENOSPC) }
        #expect(writer.enqueue(TemporaryLog.record(1)) == nil)
        await writer.close()
        #expect(writer.statistics.dropped == 1)
        #expect(try AuditVerifier.verify(log.directory, isStrict: true).lines == 1)
    }
}
