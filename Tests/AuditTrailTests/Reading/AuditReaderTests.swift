import Foundation
import Testing

@testable import AuditTrail

@Suite("AuditReader")
struct AuditReaderTests {
    private static let verdicts = ["forward", "flag", "divert", "reject"]

    /// 40 decisions, one a second, over several files; every second is judged in monitor mode.
    private func decisions() async throws -> TemporaryLog {
        let log = TemporaryLog()
        var configuration = log.configuration(rotateBytes: 4096)
        configuration.now = { TemporaryLog.time(40_000) }
        let writer = try AuditWriter.open(configuration)
        for number in 0..<40 {
            var record = TemporaryLog.record(number * 1000 + 40_000)
            record.kind = .decision
            record.route = number % 3 == 0 ? "cheques" : "digits"
            record.client = AuditRecord.Client(ip: "198.51.100.\(number % 5)")
            record.verdict = number % 8 < 4 ? Self.verdicts[number % 4] : "forward"
            if number % 8 >= 4 { record.wouldBeVerdict = Self.verdicts[number % 4] }
            record.reasonCodes = number % 4 == 1 ? ["squeezing", "r\(number)"] : []
            record.detectors = [
                AuditRecord.DetectorFinding(id: "feature-squeezing", tier: 1, score: Double(number) / 10)
            ]
            #expect(writer.enqueue(record) == nil)
        }
        let decided = TemporaryLog.record(41_000).id
        #expect(writer.enqueue(.outcome(of: decided, ending: "client-gone", time: TemporaryLog.time(80_000))) == nil)
        await writer.close()
        return log
    }

    private func sequences(_ log: TemporaryLog, _ change: (inout AuditQuery) -> Void) throws -> [Int] {
        var query = AuditQuery()
        query.kinds = [.decision]
        change(&query)
        return try log.entries(query).map {
            ($0.time.microseconds - TemporaryLog.time(40_000).microseconds) / 1_000_000
        }
    }

    @Test("filters by verdict, carried out or would-be")
    func verdict() async throws {
        let log = try await decisions()
        #expect(try sequences(log) { $0.verdicts = ["flag"] } == Array(stride(from: 1, to: 40, by: 4)))
        #expect(try sequences(log) { $0.verdicts = ["divert", "reject"] }.count == 20)
        #expect(try sequences(log) { $0.verdicts = ["nonsense"] }.isEmpty)
    }

    @Test("filters by time, from the first moment to before the last")
    func time() async throws {
        let log = try await decisions()
        #expect(try log.files.count > 3)
        #expect(try sequences(log) { $0.since = TemporaryLog.time(70_000) } == Array(30..<40))
        #expect(try sequences(log) { $0.until = TemporaryLog.time(43_000) } == [0, 1, 2])
        let middle = try sequences(log) {
            $0.since = TemporaryLog.time(55_000)
            $0.until = TemporaryLog.time(58_000)
        }
        #expect(middle == [15, 16, 17])
        #expect(try sequences(log) { $0.since = TemporaryLog.time(999_000) }.isEmpty)
    }

    @Test("filters by route, reason, client and limit")
    func others() async throws {
        let log = try await decisions()
        #expect(try sequences(log) { $0.route = "cheques" } == Array(stride(from: 0, to: 40, by: 3)))
        #expect(try sequences(log) { $0.reason = "r5" } == [5])
        #expect(try sequences(log) { $0.reason = "squeezing" }.count == 10)
        #expect(try sequences(log) { $0.client = "198.51.100.2" } == Array(stride(from: 2, to: 40, by: 5)))
        #expect(try sequences(log) { $0.limit = 3 } == [0, 1, 2])
        #expect(try sequences(log) { $0.limit = 0 }.isEmpty)
        let both = try sequences(log) {
            $0.route = "cheques"
            $0.verdicts = ["flag"]
        }
        #expect(both == [9, 21, 33])
    }

    @Test("an id finds its record and its outcome")
    func id() async throws {
        let log = try await decisions()
        var query = AuditQuery()
        query.id = TemporaryLog.record(41_000).id
        let entries = try log.entries(query)
        #expect(entries.map(\.kind) == [.decision, .outcome])
        #expect(entries.last?.of == query.id)
    }

    @Test("records are found by their ids, with the scores of their detectors")
    func byIDs() async throws {
        let log = try await decisions()
        let ids = Set([3, 17].map { TemporaryLog.record($0 * 1000 + 40_000).id })
        let found = try AuditReader(path: log.directory).records(ids: ids.union([.make(at: TemporaryLog.time())]))
        #expect(Set(found.keys) == ids)
        let entry = try #require(found[TemporaryLog.record(57_000).id])
        #expect(entry.score(of: "feature-squeezing") == 1.7)
        #expect(entry.score(of: "other") == nil)
        #expect(entry.status == 200)
    }

    @Test("the last records come oldest first, whatever the file")
    func last() async throws {
        let log = try await decisions()
        let reader = AuditReader(path: log.directory)
        var query = AuditQuery()
        query.kinds = [.decision]
        let all = try log.entries(query).map(\.sequence)
        for count in [0, 1, 5, 30, 39, 40, 1000] {
            #expect(try reader.last(count, query).map(\.entry.sequence) == Array(all.suffix(count)))
        }
    }

    @Test("lines that are no records are reported and passed over; a line still being written is not seen")
    func badLines() async throws {
        let log = TemporaryLog()
        try await log.write(2)
        let name = try log.files[0]
        let lines = try log.lines()
        let long = [UInt8](repeating: 0x20, count: 3 << 20)
        let bytes = [lines[0], Array("junk".utf8), long, lines[1], Array("{}".utf8), lines[2]].joined(separator: [0x0A])
        try log.replace(name, Array(bytes) + [0x0A] + lines[3][..<30])
        var count = 0
        let summary = try AuditReader(path: log.directory).read { _, _ in
            count += 1
            return true
        }
        #expect(count == 3)
        #expect(summary.matches == 3)
        #expect(summary.lines == 6)
        #expect(summary.badLines.map(\.line) == [2, 3, 5])
        #expect(summary.badLines.map(\.bytes) == [4, 3 << 20, 2])
    }

    @Test("the body ends the reading")
    func stops() async throws {
        let log = try await decisions()
        var count = 0
        try AuditReader(path: log.directory).read { _, _ in
            count += 1
            return count < 4
        }
        #expect(count == 4)
    }
}

@Suite("LineStream")
struct LineStreamTests {
    @Test("gives the same lines whatever the blocks", arguments: [0, 1, 262_143, 262_144, 262_145, 600_000])
    func blocks(length: Int) throws {
        let log = TemporaryLog()
        try FileManager.default.createDirectory(atPath: log.directory, withIntermediateDirectories: true)
        let long = [UInt8](repeating: 0x61, count: length)
        try log.replace("file", long + [0x0A, 0x0A] + Array("b\nlast".utf8))
        var seen: [(Int, Bool)] = []
        try LineStream.read(log.directory + "/file") { line throws(AuditError) in
            seen.append((line.length, line.isTerminated))
            #expect(line.bytes.count == line.length)
            return true
        }
        #expect(seen.map(\.0) == [length, 0, 1, 4])
        #expect(seen.map(\.1) == [true, true, true, false])
    }

    @Test("a line that is too long keeps its length and its first bytes alone")
    func tooLong() throws {
        let log = TemporaryLog()
        try FileManager.default.createDirectory(atPath: log.directory, withIntermediateDirectories: true)
        try log.replace("file", [UInt8](repeating: 0x61, count: 9 << 20) + Array("\nb\n".utf8))
        var seen: [(Int, Int, Int)] = []
        try LineStream.read(log.directory + "/file") { line throws(AuditError) in
            seen.append((line.number, line.length, line.offset))
            #expect(line.bytes.count <= LineStream.longest + 1)
            #expect(line.isTooLong == (line.number == 1))
            return true
        }
        #expect(seen.map(\.0) == [1, 2])
        #expect(seen.map(\.1) == [9 << 20, 1])
        #expect(seen.map(\.2) == [0, (9 << 20) + 1])
    }
}

@Suite("LogFollower")
struct LogFollowerTests {
    @Test("hands out what was written since, across rotations, once")
    func follows() async throws {
        let log = TemporaryLog()
        let writer = try AuditWriter.open(log.configuration(rotateBytes: 2048))
        try await writer.flush()
        var follower = try LogFollower(fromEndOf: log.directory)
        var seen: [AuditID] = []
        for number in 0..<60 {
            try await writer.store(TemporaryLog.record(number))
            if number % 7 == 0 {
                try await writer.flush()
                try follower.poll { entry, _ in if entry.kind == .passthrough { seen.append(entry.id) } }
            }
        }
        await writer.close()
        try follower.poll { entry, _ in if entry.kind == .passthrough { seen.append(entry.id) } }
        try follower.poll { _, _ in Issue.record("nothing new was written") }
        #expect(try log.files.count > 5)
        #expect(seen == (0..<60).map { TemporaryLog.record($0).id })
    }

    @Test("a line is handed out when it is whole")
    func waitsForNewline() async throws {
        let log = TemporaryLog()
        try await log.write(2)
        let name = try log.files[0]
        let bytes = try log.bytes(name)
        try log.replace(name, Array(bytes[..<(bytes.count - 10)]))
        var follower = LogFollower(fromBeginningOf: log.directory)
        var count = 0
        try follower.poll { _, _ in count += 1 }
        #expect(count == 3)
        try log.replace(name, bytes)
        try follower.poll { _, _ in count += 1 }
        #expect(count == 4)
    }

    @Test("a query chooses")
    func filters() async throws {
        let log = TemporaryLog()
        try await log.write(5)
        var follower = LogFollower(fromBeginningOf: log.directory)
        var query = AuditQuery()
        query.kinds = [.lifecycle]
        var events: [String] = []
        try follower.poll(query) { entry, _ in events.append(entry.value["event"]?.string ?? "") }
        #expect(events == ["start", "stop"])
    }
}
