import Foundation
import Testing

/// The contract of `portcullis inspect --json`.
@Suite("CLI: inspect and sanitize", .serialized)
struct CLIInspectScenarios {
    private static func objects(_ outcome: CLIProcess.Outcome) throws -> [[String: Any]] {
        try outcome.lines.map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    @Test("clean images give one line each and exit code 0")
    func passesClean() async throws {
        let folder = try CLIProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let names = ["digit-0-clean.png", "digit-7-clean.png"]
        let outcome = try await CLIProcess.run(
            ["inspect", "--json", "--policy", "cheque-intake", "--model", "digit"] + names.map(CLIProcess.example),
            in: folder)
        #expect(outcome.code == 0)
        let objects = try Self.objects(outcome)
        #expect(objects.map { $0["verdict"] as? String } == ["forward", "forward"])
        #expect(objects.map { $0["label"] as? String } == ["0", "7"])
    }

    @Test("an attacked image gives exit code 1, and the line of the rule")
    func holdsAttacked() async throws {
        let folder = try CLIProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let outcome = try await CLIProcess.run(
            [
                "inspect", "--json", "--policy", "cheque-intake", "--model", "cheque",
                CLIProcess.example("cheque-401-pgd-read-as-701.png"),
            ], in: folder)
        #expect(outcome.code == 1)
        let object = try #require(try Self.objects(outcome).first)
        #expect(object["verdict"] as? String == "divert")
        #expect(object["policy_line"] is Int)
    }

    @Test("absent, empty, huge and foreign files, folders and pipes each get a line, and no signal")
    func survivesAnything() async throws {
        let folder = try CLIProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let pipe = folder.appending(path: "pipe").path
        #expect(mkfifo(pipe, 0o600) == 0)
        let huge = folder.appending(path: "huge.png").path
        try Data().write(to: URL(filePath: huge))
        // Sparse: nothing is written.
        #expect(truncate(huge, 1 << 40) == 0)
        let empty = folder.appending(path: "empty.png").path
        try Data().write(to: URL(filePath: empty))
        let odd = folder.appending(path: "a\nb\".png").path
        try Data([0x89, 0x50]).write(to: URL(filePath: odd))
        let paths = ["absent.png", empty, huge, folder.path, pipe, "/dev/zero", odd, #filePath]
        let outcome = try await CLIProcess.run(["inspect", "--json"] + paths, in: folder, within: 30)
        #expect(outcome.code == 1)
        let objects = try Self.objects(outcome)
        #expect(objects.map { $0["file"] as? String } == paths)
        #expect(objects.allSatisfy { $0["error"] is String })
    }

    @Test("hostile images each get a line, and no signal")
    func survivesHostile() async throws {
        let folder = try CLIProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let hostile = CLIProcess.data("hostile/jpeg")
        let names = try FileManager.default.contentsOfDirectory(atPath: hostile).sorted()
        let paths = stride(from: 0, to: names.count, by: 12).map { "\(hostile)/\(names[$0])" }
        let outcome = try await CLIProcess.run(["inspect", "--json"] + paths, in: folder)
        #expect(outcome.code == 0 || outcome.code == 1)
        #expect(outcome.lines.count == paths.count)
    }

    @Test("a reader that goes away ends it without a signal")
    func survivesClosedPipe() async throws {
        let folder = try CLIProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        let command =
            "'\(try CLIProcess.executable().path)' inspect --json '\(CLIProcess.example("digit-7-clean.png"))'"
        process.arguments = [
            "-c", "{ sleep 0.2; \(command) \(command.split(separator: " ").last ?? ""); echo $? >code; } | :",
        ]
        process.currentDirectoryURL = folder
        try process.run()
        try await eventually("the code") { !process.isRunning }
        let code = try String(contentsOf: folder.appending(path: "code"), encoding: .utf8)
        #expect(code.trimmingCharacters(in: .whitespacesAndNewlines) == "0")
    }

    @Test("without files it is a usage error, with a policy that is not there one of configuration")
    func refusesUsage() async throws {
        let folder = try CLIProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(try await CLIProcess.run(["inspect"], in: folder).code == 2)
        #expect(try await CLIProcess.run(["inspect", "--frobnicate", "a"], in: folder).code == 2)
        #expect(try await CLIProcess.run(["inspect", "--policy", "nope", "a"], in: folder).code == 3)
    }

    @Test("a sanitized copy differs from its original, which stays as it is")
    func sanitizes() async throws {
        let folder = try CLIProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let original = folder.appending(path: "in.png")
        try FileManager.default.copyItem(
            at: URL(filePath: CLIProcess.example("digit-1-pgd-read-as-7.png")), to: original)
        let before = try Data(contentsOf: original)
        let arguments = ["sanitize", "in.png", "out.png", "--pipeline", "bit-depth(1),median(2)"]
        #expect(try await CLIProcess.run(arguments, in: folder).code == 0)
        let copy = try Data(contentsOf: folder.appending(path: "out.png"))
        #expect(copy != before)
        #expect(try await CLIProcess.run(arguments, in: folder).code == 2, "an existing file is not replaced")
        #expect(try await CLIProcess.run(arguments + ["--force"], in: folder).code == 0)
        let onto = ["sanitize", "in.png", "in.png", "--pipeline", "median(2)", "--force"]
        #expect(try await CLIProcess.run(onto, in: folder).code == 2, "never onto itself")
        #expect(try Data(contentsOf: original) == before)
        let reading = try await CLIProcess.run(
            ["inspect", "--json", "--model", "digit", "--policy", "cheque-intake", "out.png"], in: folder)
        #expect(try Self.objects(reading).first?["label"] as? String == "1", "the perturbation is gone")
    }
}
