import AuditTrail
import Foundation
import RobustnessEvaluation
import Testing

@testable import PortcullisCLI

@Suite("AuditSample")
struct AuditSampleTests {
    private static func hash(_ index: Int) -> String { FileDigest.sha256([UInt8(index)]) }

    /// A decision about the image of this number.
    private static func decision(
        _ index: Int, client: String, day: Int = 0, change: (inout AuditRecord) -> Void = { _ in }
    ) -> AuditRecord {
        let time = AuditTime(microseconds: 1_700_000_000_000_000 + day * 86_400_000_000 + index)
        var record = AuditRecord(kind: .decision, id: .make(at: time), time: time)
        record.client = AuditRecord.Client(ip: client)
        record.verdict = "forward"
        record.images = [
            InspectedImage(sha256: hash(index), format: "png", width: 1, height: 1, channels: 1, bytes: 1)
        ]
        change(&record)
        return record
    }

    private static func sample(_ records: [AuditRecord], in folder: ScratchFolder) async throws -> AuditSample {
        let log = folder.path + "/audit"
        let writer = try AuditWriter.open(
            AuditConfiguration(
                directory: log, instance: "test", now: { AuditTime(microseconds: 1_699_999_999_000_000) }))
        for record in records { try await writer.store(record) }
        await writer.close()
        return try AuditSample.read(log)
    }

    @Test("only what was forwarded and never anything else is taken")
    func takesForwarded() async throws {
        let folder = try ScratchFolder()
        let monitored = Self.decision(6, client: "a")
        var later = AuditRecord.outcome(of: monitored.id, ending: "later-tier", time: monitored.time)
        later.wouldBeVerdict = "flag"
        let sample = try await Self.sample(
            [
                Self.decision(0, client: "a"), Self.decision(1, client: "a") { $0.verdict = "flag" },
                Self.decision(2, client: "b") { $0.degraded = "copy-timeout" },
                Self.decision(3, client: "b") { $0.wouldBeVerdict = "reject" },
                Self.decision(4, client: "b") { $0.failure = AuditRecord.Failure(cause: "model") },
                Self.decision(5, client: "b"), Self.decision(5, client: "c") { $0.verdict = "divert" }, monitored,
                later, Self.decision(7, client: "c"),
            ], in: folder)
        #expect(sample.eligible == 2)
        #expect(sample.excluded == 6)
        #expect(sample.clients == 2)
        #expect(sample.choose(perClient: 10) { _ in true }.hashes == [Self.hash(0), Self.hash(7)].sorted())
    }

    @Test("no client gives more than its share, and which images it gives is always the same")
    func capsClients() async throws {
        let folder = try ScratchFolder()
        let records =
            (0..<50).map { Self.decision($0, client: "flood") } + [Self.decision(60, client: "quiet")]
        let sample = try await Self.sample(records, in: folder)
        let choice = sample.choose(perClient: 5) { _ in true }
        #expect(choice.hashes.count == 6)
        #expect(choice.clients == 2)
        #expect(choice.overCap == 45)
        #expect(choice.hashes.contains(Self.hash(60)))
        #expect(Set(choice.hashes).isSuperset(of: (0..<50).map(Self.hash).sorted().prefix(5)))
        #expect(sample.choose(perClient: 5) { _ in true } == choice)
    }

    @Test("says how many images have no file")
    func countsFiles() async throws {
        let folder = try ScratchFolder()
        let sample = try await Self.sample((0..<10).map { Self.decision($0, client: "a") }, in: folder)
        let present = Set((0..<4).map(Self.hash))
        let choice = sample.choose(perClient: 100, isThere: present.contains)
        #expect(choice.hashes.count == 4)
        #expect(choice.withoutFile == 6)
    }

    @Test("counts requests of a client and day")
    func countsRequests() async throws {
        let folder = try ScratchFolder()
        let records =
            (0..<6).map { Self.decision($0, client: "a") } + (6..<8).map { Self.decision($0, client: "b") }
            + [Self.decision(9, client: "a", day: 1)]
        let perDay = try #require(try await Self.sample(records, in: folder).requestsPerDay)
        #expect(perDay.median == 2)
        #expect(perDay.most == 6)
    }

    @Test("a log that was changed is not calibrated from")
    func refusesBrokenLog() async throws {
        let folder = try ScratchFolder()
        _ = try await Self.sample((0..<3).map { Self.decision($0, client: "a") }, in: folder)
        let log = folder.path + "/audit"
        let name = try #require(
            try FileManager.default.contentsOfDirectory(atPath: log).first { $0.hasSuffix(".jsonl") })
        let url = URL(filePath: log + "/" + name)
        let text = try String(contentsOf: url, encoding: .utf8)
        try Data(text.replacing(Self.hash(1), with: Self.hash(9)).utf8).write(to: url)
        let failure = #expect(throws: CommandFailure.self) { try AuditSample.read(log) }
        #expect(failure?.status == .configuration)
    }
}
