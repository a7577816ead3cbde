import Foundation
import Testing

/// `portcullis demo --once` and `portcullis evaluate --self`, as a newcomer runs them.
@Suite("CLI: demo and evaluate", .serialized)
struct DemoScenarios {
    private struct Line: Decodable {
        let name: String
        let truth: String
        let unguarded: String?
        let guarded: String?
        let verdict: String
    }

    @Test("the guard catches every attack that fools the model, and holds no clean picture up")
    func plays() async throws {
        let folder = try CLIProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let outcome = try await CLIProcess.run(["demo", "--once"], in: folder)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let lines = try outcome.lines.map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
        let attacked = lines.filter { $0.unguarded != $0.truth }
        #expect(attacked.contains { $0.truth == "401" && $0.unguarded == "701" }, "the forged cheque is among them")
        #expect(attacked.allSatisfy { $0.guarded == nil && $0.verdict == "divert" })
        let clean = lines.filter { $0.unguarded == $0.truth }
        #expect(!clean.isEmpty)
        #expect(clean.allSatisfy { $0.guarded == $0.truth && $0.verdict == "forward" })
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { $0.hasPrefix(".") })
    }

    @Test("a policy that lets attacks through makes the demo fail")
    func fails() async throws {
        let folder = try CLIProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let policy = """
            version: 1
            name: blind
            mode: enforce
            routes:
              - {name: all, match: {methods: [POST], paths: ["/**"]}, disclose: {flag: true, divert: true}}
            """
        try policy.write(to: folder.appending(path: "blind.yaml"), atomically: true, encoding: .utf8)
        let outcome = try await CLIProcess.run(["demo", "--once", "--policy", "blind.yaml"], in: folder)
        #expect(outcome.code == 1, "\(outcome.output) \(outcome.errors)")
    }

    @Test("without --once it stays up with lines to try, until it is told to stop")
    func staysUp() async throws {
        let folder = try CLIProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let demo = try CLIProcess(["demo"], in: folder)
        try await eventually("the invitation") { demo.output.contains("Control-C") || !demo.isRunning }
        #expect(demo.output.contains("curl"))
        #expect(demo.isRunning)
        demo.terminate()
        #expect(try await demo.finish(within: 40).code == 0)
    }

    @Test("evaluate drives a manifest through a live guard and reports intervals, a threshold and a table")
    func evaluates() async throws {
        let folder = try CLIProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let outcome = try await CLIProcess.run(
            [
                "evaluate", "--self", "--policy", "cheque-intake", "--path", "/digit", "--manifest",
                CLIProcess.data("lab/mnist/manifest.csv"), "--manifest", CLIProcess.data("lab/mnist/clean.csv"),
                "--attack", "fgsm_0.3", "--role", "clean_cal", "--limit", "10", "--calibrate", "clean_cal", "--table",
                "table.json", "--target", "detected ALL>=0.5",
            ], in: folder)
        #expect(outcome.code == 0, "\(outcome.output) \(outcome.errors)")
        #expect(outcome.output.contains("fgsm_0.3"))
        #expect(outcome.output.contains("threshold"))
        let table = try Data(contentsOf: folder.appending(path: "table.json"))
        let object = try #require(try JSONSerialization.jsonObject(with: table) as? [String: Any])
        #expect((object["rows"] as? [Any])?.isEmpty == false)
        #expect(FileManager.default.fileExists(atPath: folder.appending(path: "table.md").path))
        let missed = try await CLIProcess.run(
            [
                "evaluate", "--self", "--policy", "cheque-intake", "--manifest", CLIProcess.data("lab/mnist/clean.csv"),
                "--role", "clean_test", "--limit", "3", "--target", "false positives clean>=0.9",
            ], in: folder)
        #expect(missed.code == 1, "a bound that is missed")
    }
}
