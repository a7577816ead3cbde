import Foundation
import GuardPipeline
import Testing

@testable import AdmissionPolicy
@testable import RobustnessEvaluation

@Suite("FolderScan")
struct FolderScanTests {
    /// A scan of the fixture's folder by `probe`, with the fixture's rules off.
    private static func scan(
        _ fixture: MeasuredFixture, _ probe: any ClassifierProbe, concurrency: Int = 4
    ) throws -> FolderScan {
        let measurement = try fixture.measurement(probe)
        return FolderScan(
            judge: measurement.judge.with(route: try fixture.route.measured().withoutMemory().route),
            executor: fixture.executor, concurrency: concurrency, basis: "0123456789ab",
            read: { measurement.read(fixture.folder.path + "/" + $0) }, mediaType: { _ in "image/png" })
    }

    private static func names(_ files: [SampleFile]) -> [String] {
        files.map { String($0.path.split(separator: "/").last ?? "") }.sorted()
    }

    private static func content(_ path: String) throws -> [UInt8] {
        try Array(#require(FileManager.default.contents(atPath: path)))
    }

    /// Rows judged by one run.
    private static func run(
        _ scan: FolderScan, _ files: [String], _ path: String
    ) async throws -> (judged: Int, kept: Int) {
        var table = try ScanTable.open(path, basis: scan.basis)
        var counts = (judged: 0, kept: 0)
        try await scan.run(files, table: &table) { _, outcome in
            switch outcome {
            case .judged: counts.judged += 1
            case .kept: counts.kept += 1
            case .cancelled: break
            }
        }
        return counts
    }

    @Test("rows stand in the order of the files, however many are open at once")
    func keepsOrder() async throws {
        let fixture = try MeasuredFixture()
        let names = Self.names(try fixture.files(40, broken: [7]))
        let one = fixture.folder.path + "/one.csv"
        let many = fixture.folder.path + "/many.csv"
        _ = try await Self.run(Self.scan(fixture, ScriptedProbe(), concurrency: 1), names, one)
        _ = try await Self.run(Self.scan(fixture, ScriptedProbe(), concurrency: 8), names, many)
        #expect(try Self.content(one) == Self.content(many))
        let records = try CSVReader.records(Self.content(one), origin: one)
        #expect(records.first?.fields == ScanRow.columns)
        #expect(records.dropFirst().map(\.fields[0]) == names)
    }

    @Test("an interrupted scan goes on to the same bytes, without asking about what was done")
    func resumes() async throws {
        let fixture = try MeasuredFixture()
        let names = Self.names(try fixture.files(60))
        let whole = fixture.folder.path + "/whole.csv"
        _ = try await Self.run(Self.scan(fixture, ScriptedProbe()), names, whole)
        let path = fixture.folder.path + "/part.csv"
        let probe = ScriptedProbe()
        let task = Task { try await Self.run(Self.scan(fixture, probe), names, path).judged }
        probe.cancelling(after: 50) { task.cancel() }
        let done = try await task.value
        #expect(done > 0 && done < 60)
        let second = ScriptedProbe()
        let counts = try await Self.run(Self.scan(fixture, second), names, path)
        #expect(counts.kept == done)
        #expect(counts.judged == 60 - done)
        #expect(second.asked == 2 * (60 - done))
        #expect(try Self.content(path) == Self.content(whole))
    }

    @Test("a table that was cut off anywhere is mended and comes to the same bytes")
    func toleratesTornRow() async throws {
        let fixture = try MeasuredFixture()
        let names = Self.names(try fixture.files(4, broken: [2]))
        let path = fixture.folder.path + "/x.csv"
        let scan = try Self.scan(fixture, ScriptedProbe())
        _ = try await Self.run(scan, names, path)
        let whole = try Self.content(path)
        for length in stride(from: 0, to: whole.count, by: 61) {
            try Data(whole[..<length]).write(to: URL(filePath: path))
            _ = try await Self.run(scan, names, path)
            #expect(try Self.content(path) == whole)
        }
    }

    @Test("a file whose bytes have changed, and one the model gave no answer for, are judged again")
    func judgesAgain() async throws {
        let fixture = try MeasuredFixture()
        let files = try fixture.files(6)
        let names = Self.names(files)
        let path = fixture.folder.path + "/x.csv"
        _ = try await Self.run(Self.scan(fixture, ScriptedProbe(failingForwarded: 4), concurrency: 1), names, path)
        try Data("changed".utf8).write(to: URL(filePath: files[0].path))
        let counts = try await Self.run(Self.scan(fixture, ScriptedProbe()), names, path)
        #expect(counts.judged == 2)
        #expect(counts.kept == 4)
        let again = try await Self.run(Self.scan(fixture, ScriptedProbe()), names, path)
        #expect(again.kept == 6)
        let table = try ScanTable.open(path, basis: "0123456789ab")
        let (changed, failed) = (table.row(of: names[0]), table.row(of: names[3]))
        #expect(changed?.verdict == .reject)
        #expect(failed?.verdict == .forward)
        #expect(failed?.error == "")
    }

    @Test("a file for which a copy got no answer has a verdict, and is judged again")
    func judgesDegradedAgain() async throws {
        let fixture = try MeasuredFixture()
        let names = Self.names(try fixture.files(6))
        let path = fixture.folder.path + "/x.csv"
        _ = try await Self.run(Self.scan(fixture, ScriptedProbe(failingCopy: 4), concurrency: 1), names, path)
        let row = try #require(try ScanTable.open(path, basis: "0123456789ab").row(of: names[3]))
        #expect(row.verdict == .flag)
        #expect(row.error == "a copy got no answer in time")
        let counts = try await Self.run(Self.scan(fixture, ScriptedProbe()), names, path)
        #expect(counts.judged == 1 && counts.kept == 5)
        #expect(try await Self.run(Self.scan(fixture, ScriptedProbe()), names, path).kept == 6)
    }

    @Test("every cause of a degraded check makes its file due again, and no other error does")
    func settles() {
        for cause in ["copy-timeout", "copy-failed", "call-budget", "detector-failed", "scores-missing"] {
            #expect(FailureText.tellsDegraded(FailureText.degraded(cause)), "\(cause)")
        }
        #expect(!FailureText.tellsDegraded(""))
        #expect(!FailureText.tellsDegraded(FailureText.reason(.deadline)))
    }

    @Test("a file that cannot be read is noted once, however often the scan is given")
    func notesUnreadable() async throws {
        let fixture = try MeasuredFixture()
        let names = Self.names(try fixture.files(2)) + ["absent.png"]
        let path = fixture.folder.path + "/x.csv"
        let scan = try Self.scan(fixture, ScriptedProbe())
        _ = try await Self.run(scan, names, path)
        let first = try Self.content(path)
        _ = try await Self.run(scan, names, path)
        #expect(try Self.content(path) == first)
        let table = try ScanTable.open(path, basis: scan.basis)
        let row = table.row(of: "absent.png")
        #expect(row?.verdict == nil)
        #expect(row?.error == "cannot be read")
    }

    @Test("a name that begins like a formula is guarded in the table and found again")
    func guardsNames() async throws {
        let fixture = try MeasuredFixture()
        let file = try #require(try fixture.files(1).first)
        let name = "=HYPERLINK(\"x\",\"y\").png"
        try FileManager.default.moveItem(atPath: file.path, toPath: fixture.folder.path + "/" + name)
        let path = fixture.folder.path + "/x.csv"
        _ = try await Self.run(Self.scan(fixture, ScriptedProbe()), [name], path)
        let text = String(decoding: try Self.content(path), as: UTF8.self)
        #expect(text.contains("\"'=HYPERLINK(\"\"x\"\",\"\"y\"\").png\""))
        #expect(try await Self.run(Self.scan(fixture, ScriptedProbe()), [name], path).kept == 1)
    }

    @Test("another policy's table, and any other file, is refused and left as it is")
    func refusesOthers() async throws {
        let fixture = try MeasuredFixture()
        let path = fixture.folder.path + "/x.csv"
        _ = try await Self.run(Self.scan(fixture, ScriptedProbe()), Self.names(try fixture.files(2)), path)
        #expect(throws: ScanError.otherBasis(path: path, was: "0123456789ab", now: "ba9876543210")) {
            _ = try ScanTable.open(path, basis: "ba9876543210")
        }
        let other = fixture.folder.path + "/other.csv"
        for text in ["a,b\r\n1,2\r\n", "x", "file,sha256"] {
            try Data(text.utf8).write(to: URL(filePath: other))
            if text == "file,sha256" {
                // The heading itself, cut off.
                _ = try ScanTable.open(other, basis: "0123456789ab")
                continue
            }
            #expect(throws: ScanError.notAScan(path: other)) {
                _ = try ScanTable.open(other, basis: "0123456789ab")
            }
            #expect(try Self.content(other) == Array(text.utf8))
        }
    }
}
