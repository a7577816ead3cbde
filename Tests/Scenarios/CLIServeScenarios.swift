import Foundation
import Testing

/// `portcullis serve` as an operator runs it.
@Suite("CLI: serve, audit and doctor", .serialized)
struct CLIServeScenarios {
    /// The port in the first URL of a line that begins with `name`.
    private static func port(_ name: String, in text: String) throws -> String? {
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.firstMatch(of: /http:\/\/127\.0\.0\.1:(\d+)/).map { String($0.output.1) }
    }

    /// Starts the demo's model; its URL.
    private static func model(in folder: URL) async throws -> (process: CLIProcess, url: String) {
        let process = try CLIProcess(["demo-model", "--listen", "127.0.0.1:0"], in: folder)
        try await eventually("the model") { process.output.contains("http://") || !process.isRunning }
        let port = try #require(try port("the digit model", in: process.output), "\(process.errors)")
        return (process, "http://127.0.0.1:\(port)")
    }

    @Test("with an upstream alone it monitors, says how to enforce, records, drains on SIGTERM and leaves a whole log")
    func monitors() async throws {
        let folder = try CLIProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let model = try await Self.model(in: folder)
        defer { model.process.terminate() }
        let serve = try CLIProcess(
            ["serve", "--upstream", model.url], in: folder,
            environment: ["PORTCULLIS_LISTEN": "127.0.0.1:0", "PORTCULLIS_ADMIN": "127.0.0.1:0"])
        try await eventually("the guard") { serve.output.contains("enforce") || !serve.isRunning }
        #expect(serve.output.contains("portcullis serve --upstream \(model.url) --policy balanced --mode enforce"))
        #expect(serve.output.contains("monitor"))
        let port = try #require(try Self.port("listening", in: serve.output), "\(serve.errors)")
        let admin = try #require(try Self.port("admin", in: serve.output))
        let ready = ["healthcheck", "--url", "http://127.0.0.1:\(admin)/readyz"]
        #expect(try await CLIProcess.run(ready, in: folder).code == 0)

        // The guard is a model like any other to `inspect --upstream`.
        let asked = try await CLIProcess.run(
            [
                "inspect", "--json", "--upstream", "http://127.0.0.1:\(port)", "--path", "/digit", "--policy",
                "cheque-intake", CLIProcess.example("digit-7-clean.png"),
            ], in: folder)
        #expect(asked.code == 0, "\(asked.output) \(asked.errors)")

        serve.terminate()
        #expect(try await serve.finish(within: 40).code == 0)
        #expect(try await CLIProcess.run(ready, in: folder).code == 1)
        try await expectWholeLog(in: folder)
        try await expectBrokenLog(in: folder)
    }

    private func expectWholeLog(in folder: URL) async throws {
        #expect(try await CLIProcess.run(["audit", "verify"], in: folder).code == 0)
        let query = try await CLIProcess.run(
            ["audit", "query", "--verdict", "forward", "--since", "1h", "--json"], in: folder)
        #expect(query.code == 0)
        #expect(query.lines.count >= 3, "the image and its copies")
        let tail = try await CLIProcess.run(["audit", "tail", "-n", "1"], in: folder)
        #expect(tail.output.contains("stop"))
        for (name, mode) in [("portcullis-data/audit", 0o700), ("portcullis-data/deployment.key", 0o600)] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.appending(path: name).path)
            #expect(attributes[.posixPermissions] as? Int == mode, "\(name)")
        }
    }

    private func expectBrokenLog(in folder: URL) async throws {
        let log = folder.appending(path: "portcullis-data/audit/audit-000000000001.jsonl")
        let text = try String(contentsOf: log, encoding: .utf8)
        try text.replacing("\"label\":\"7\"", with: "\"label\":\"1\"", maxReplacements: 1)
            .write(to: log, atomically: true, encoding: .utf8)
        let verify = try await CLIProcess.run(["audit", "verify", "--json"], in: folder)
        #expect(verify.code == 1)
        let altered = try #require(text.split(separator: "\n").firstIndex { $0.contains("\"label\":\"7\"") })
        #expect(verify.output.contains("\"fault_line\":\(altered + 1)"), "\(verify.output)")
    }

    @Test("a second SIGTERM ends a drain at once")
    func endsAtOnce() async throws {
        let folder = try CLIProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let serve = try CLIProcess(
            [
                "serve", "--upstream", "http://127.0.0.1:9", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0",
                "--drain-delay", "60s",
            ], in: folder)
        try await eventually("the guard") { serve.output.contains("enforce") || !serve.isRunning }
        serve.terminate()
        try await eventually("the drain") { serve.errors.contains("stopping") }
        #expect(serve.isRunning)
        serve.terminate()
        #expect(try await serve.finish(within: 10).code == 1)
    }

    @Test("mistakes of the configuration are reported together with exit code 3")
    func reportsMistakes() async throws {
        let folder = try CLIProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try "listn: x\ncopies: many\n".write(to: folder.appending(path: "c.yaml"), atomically: true, encoding: .utf8)
        let outcome = try await CLIProcess.run(
            ["serve", "--config", "c.yaml", "--timeout-head", "soon"], in: folder,
            environment: ["PORTCULLIS_MODEE": "x"])
        #expect(outcome.code == 3)
        for words in ["c.yaml:1:1", "c.yaml:2", "--timeout-head", "PORTCULLIS_MODEE", "did you mean listen?"] {
            #expect(outcome.errors.contains(words), "\(words)")
        }
        #expect(try await CLIProcess.run(["serve"], in: folder).code == 3, "no upstream")
    }

    @Test("a policy's mistakes have places and exit code 3; the built-in ones are fine")
    func checksPolicies() async throws {
        let folder = try CLIProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try "version: 1\nname: x\nroutess: []\n"
            .write(to: folder.appending(path: "p.yaml"), atomically: true, encoding: .utf8)
        let bad = try await CLIProcess.run(["policy", "check", "p.yaml", "balanced"], in: folder)
        #expect(bad.code == 3)
        #expect(bad.output.contains("p.yaml:3:1: "))
        let names = try await CLIProcess.run(["policy", "list"], in: folder).lines.map(String.init)
        #expect(try await CLIProcess.run(["policy", "check"] + names, in: folder).code == 0)
    }

    @Test("an address that is taken is exit code 4 and names the address")
    func reportsTakenAddress() async throws {
        let folder = try CLIProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let model = try await Self.model(in: folder)
        defer { model.process.terminate() }
        let taken = model.url.replacing("http://", with: "")
        let outcome = try await CLIProcess.run(
            ["serve", "--upstream", model.url, "--listen", taken, "--admin", "127.0.0.1:0"], in: folder, within: 40)
        #expect(outcome.code == 4)
        #expect(outcome.errors.contains(taken))
    }

    @Test("doctor finds that the guard would not change the model's answers")
    func examines() async throws {
        let folder = try CLIProcess.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let model = try await Self.model(in: folder)
        defer { model.process.terminate() }
        let arguments = [
            "doctor", "--upstream", model.url, "--policy", "cheque-intake", "--path", "/digit", "--limit", "12",
        ]
        let outcome = try await CLIProcess.run(
            arguments + ["--images", CLIProcess.data("lab/mnist/clean_test")], in: folder)
        #expect(outcome.code == 0, "\(outcome.output) \(outcome.errors)")
        #expect(outcome.lines.contains { $0.hasPrefix("ok    agreement") })
        let photos = try await CLIProcess.run(arguments + ["--images", CLIProcess.data("photos")], in: folder)
        #expect(photos.code == 1, "photographs are no digits of 28 by 28 pixels: \(photos.output)")
    }
}
