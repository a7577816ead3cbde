import Foundation
import Testing

@testable import AuditTrail

/// The test process starts itself once more; the copy writes until it is killed.
@Suite("AuditWriter under kill -9")
struct KillTests {
    private static let variable = "PORTCULLIS_TEST_AUDIT_CHILD"

    /// Acknowledged records before each kill; odd numbers, so that kills fall on different places of a batch.
    @Test("loses no record that was acknowledged after its sync", arguments: [1, 37, 411])
    func losesNothingAcknowledged(acknowledged: Int) async throws {
        if let directory = ProcessInfo.processInfo.environment[Self.variable] {
            await Self.writeUntilKilled(directory)
            return
        }
        let log = TemporaryLog()
        let ids = try runAndKill(log.directory, after: acknowledged)
        #expect(ids.count >= acknowledged)
        let before = try AuditVerifier.verify(log.directory).fault
        if let before {
            guard case .tornTail = before.kind else {
                Issue.record("a killed writer leaves at most a torn tail, not \(before)")
                return
            }
        }
        await (try AuditWriter.open(log.configuration())).close()
        #expect(try AuditVerifier.verify(log.directory, isStrict: true).fault == nil)
        let stored = Set(try log.entries().map(\.id))
        #expect(ids.allSatisfy { stored.contains($0) })
    }

    private static func writeUntilKilled(_ directory: String) async {
        let configuration = AuditConfiguration(
            directory: directory, instance: "child", fsync: .always, rotateBytes: 64 << 10, rotateAfter: nil)
        guard let writer = try? AuditWriter.open(configuration) else { return }
        await withTaskGroup { group in
            for task in 0..<4 {
                group.addTask {
                    var number = 0
                    while true {
                        let record = TemporaryLog.record(task * 10_000_000 + number)
                        number += 1
                        guard (try? await writer.store(record)) != nil else { return }
                        // Only after the acknowledgement, in one write.
                        FileHandle.standardOutput.write(Data("stored \(record.id)\n".utf8))
                    }
                }
            }
        }
    }

    /// The ids that the child said were stored before it died.
    private func runAndKill(_ directory: String, after count: Int) throws -> [AuditID] {
        let child = Process()
        child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        child.arguments = [
            "--testing-library", "swift-testing", "--no-parallel", "--filter", "KillTests",
        ]
        child.environment = ProcessInfo.processInfo.environment.merging([Self.variable: directory]) { $1 }
        let pipe = Pipe()
        child.standardOutput = pipe
        child.standardError = FileHandle.nullDevice
        try child.run()
        var text: [UInt8] = []
        var ids = 0
        while ids < count {
            let data = pipe.fileHandleForReading.availableData
            guard !data.isEmpty else { break }
            text += data
            ids = text.count { $0 == 0x0A }
        }
        kill(child.processIdentifier, SIGKILL)
        text += pipe.fileHandleForReading.readDataToEndOfFile()
        child.waitUntilExit()
        return String(decoding: text, as: UTF8.self).split(separator: "\n").compactMap { line in
            line.hasPrefix("stored ") ? AuditID(String(line.dropFirst(7))) : nil
        }
    }
}
