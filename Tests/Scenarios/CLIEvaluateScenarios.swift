import Foundation
import ImageCodecs
import PixelCore
import Synchronization
import Testing

private final class RequestCount: Sendable {
    private let count = Atomic<Int>(0)

    /// 1, 2, 3, …
    func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}

/// `portcullis evaluate --upstream` in front of a scripted model: bright pictures are read as 7, and as 1 in copies, so that
/// comparing answers finds them; dark ones are read as 7.
@Suite("CLI: evaluate", .serialized)
struct CLIEvaluateScenarios {
    private static let policy = """
        version: 1
        name: scripted
        mode: monitor
        routes:
          - name: digits
            match: {methods: [POST], paths: [/predict]}
            detectors:
              - {use: feature-squeezing, squeezers: ["bit-depth(1)"]}
            rules:
              - {name: unsteady, when: {detector: feature-squeezing, above: {raw: 0.5}}, then: flag}
        """

    /// A folder with the policy, a bright attacked picture (1, to be read as 7), a dark clean one (7), and manifests.
    private static func folder() throws -> URL {
        let folder = try CLIProcess.folder()
        for (name, value) in [("bright.png", UInt8(200)), ("dark.png", 50)] {
            let shape = try #require(PixelShape(width: 16, height: 16, channels: 1))
            let image = Image(PixelBuffer(shape: shape, filledWith: value))
            try Data(try ImageEncoder.encode(image, as: .png(.small))).write(to: folder.appending(path: name))
        }
        try write(policy, folder, "policy.yaml")
        try write(
            "file,attack,true_label,pred_adv_png,still_adversarial\nbright.png,glare,1,7,1\n", folder, "attacked.csv")
        try write("file,role,true_label\ndark.png,clean_test,7\n", folder, "clean.csv")
        return folder
    }

    private static func write(_ text: String, _ folder: URL, _ name: String) throws {
        try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
    }

    private static func model() async throws -> ProxyUpstream {
        try await ProxyUpstream.start { request in
            guard request.uri == "/predict" else { return .answer(status: 404, headers: [], body: []) }
            let isCopy = request.first("Portcullis-Copy") != nil
            return brightness(request.body) > 128 && isCopy
                ? .json(#"{"probabilities": {"1": 0.9, "7": 0.1}}"#)
                : .json(#"{"probabilities": {"1": 0.1, "7": 0.9}}"#)
        }
    }

    private static func brightness(_ png: [UInt8]) -> UInt8 {
        let limits = DecodeLimits(
            encodedBytes: 1 << 20, width: 64, height: 64, pixels: 4096, workingBytes: 1 << 20, progressiveScans: 1,
            ancillaryBytes: 1 << 16)
        let decoder = ImageDecoder(limits: limits, options: DecodeOptions(orientation: .apply))
        return (try? decoder.decode(png, cancellation: CancellationFlag()))?.image.withSamples { $0[0] } ?? 0
    }

    private static func arguments(_ model: ProxyUpstream, _ more: [String] = []) -> [String] {
        [
            "evaluate", "--upstream", "http://127.0.0.1:\(model.port)", "--path", "/predict", "--policy", "policy.yaml",
            "--manifest", "attacked.csv", "--manifest", "clean.csv",
        ] + more
    }

    private static func report(_ folder: URL) throws -> [String: Any] {
        let data = try Data(contentsOf: folder.appending(path: "report/report.json"))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    @Test("a guard is started in front of the model, both are asked, and the three files tell what came of it")
    func reports() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let model = try await Self.model()
        let outcome = try await CLIProcess.run(
            Self.arguments(model, ["--out", "report", "--table", "table.json", "--target", "detected glare>=1"]),
            in: folder)
        #expect(outcome.code == 0, "\(outcome.output) \(outcome.errors)")
        let report = try Self.report(folder)
        let accuracy = try #require(report["accuracy"] as? [String: Any])
        func share(_ name: String) -> Double? { (accuracy[name] as? [String: Any])?["share"] as? Double }
        #expect(share("accepted_unguarded") == 1)
        #expect(share("accepted_with_attackers_label") == 0)
        #expect(share("clean_unguarded") == 1)
        #expect(share("clean_answered_right_unflagged") == 1)
        #expect((report["extra_calls"] as? [String: Any])?["max"] as? Int == 1)
        #expect((report["failed"] as? [Any])?.isEmpty == true)
        let table = try String(contentsOf: folder.appending(path: "report/images.csv"), encoding: .utf8)
        let rows = table.split(separator: "\r\n")
        #expect(rows.count == 3)
        #expect(rows[1].hasPrefix("bright.png,glare,,1,7,1,flagged,7,7,7,1,0,unsteady"))
        #expect(rows[2].hasPrefix("dark.png,,clean_test,7,,,forwarded,7,7,7,0,0,"))
        let page = try String(contentsOf: folder.appending(path: "report/report.html"), encoding: .utf8)
        #expect(page.contains("Content-Security-Policy"))
        #expect(FileManager.default.fileExists(atPath: folder.appending(path: "table.md").path))
        let again = try await CLIProcess.run(Self.arguments(model, ["--out", "report"]), in: folder)
        #expect(again.code == 2)
        #expect(again.errors.contains("--force"))
        await model.stop()
    }

    @Test("an image without a verdict is named, counted and makes the exit code 1")
    func counts() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let model = try await Self.model()
        try Self.write("file,role,true_label\ngone.png,clean_test,7\ndark.png,clean_test,7\n", folder, "clean.csv")
        let outcome = try await CLIProcess.run(Self.arguments(model, ["--out", "report"]), in: folder)
        #expect(outcome.code == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("gone.png: the file cannot be read"))
        let failed = try #require(try Self.report(folder)["failed"] as? [[String: Any]])
        #expect(failed.map { $0["file"] as? String } == ["gone.png"])
        await model.stop()
    }

    @Test("what keeps it from starting is said before anything is sent")
    func refuses() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let model = try await Self.model()
        func run(_ change: [String], _ arguments: [String]? = nil) async throws -> CLIProcess.Outcome {
            try await CLIProcess.run((arguments ?? Self.arguments(model)) + change, in: folder)
        }
        let route = try await run(["--path", "/elsewhere"])
        #expect(route.code == 2)
        #expect(route.errors.contains("inspects nothing at POST /elsewhere") && route.errors.contains("/predict"))
        try Self.write("file,role,true_label\ndark.png,clean_test\n", folder, "short.csv")
        let manifest = try await run(["--manifest", "short.csv"])
        #expect(manifest.code == 3)
        #expect(manifest.errors.contains("short.csv:2"))
        let rate = try await run(["--rates", "5%,2"])
        #expect(rate.code == 2 && rate.errors.contains("--rates"))
        let old = try await run(["--out", "table.json"])
        #expect(old.code == 2 && old.errors.contains("--table table.json"))
        #expect(model.requests.isEmpty)
        try Self.write(Self.policy.replacing("/predict", with: "/other"), folder, "other.yaml")
        let path = try await run(["--path", "/other", "--policy", "other.yaml"])
        #expect(path.code == 2 && path.errors.contains("status 404"))
        await model.stop()
        let down = try await run([])
        #expect(down.code == 4 && down.errors.contains("cannot connect"), "\(down.errors)")
    }

    @Test("with the gate open, what it let by is sent again, and what that finds is its miss rate")
    func opensGate() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let model = try await Self.model()
        let gated = Self.policy.replacing("    rules:", with: "    gate: {when: {format: jpeg}}\n    rules:")
        try Self.write(gated, folder, "policy.yaml")
        let closed = try await CLIProcess.run(Self.arguments(model, ["--out", "closed"]), in: folder)
        #expect(closed.code == 0, "\(closed.errors)")
        #expect(closed.errors.contains("The gate stayed closed for 2 images"))
        let outcome = try await CLIProcess.run(
            Self.arguments(model, ["--out", "report", "--gate", "open"]), in: folder)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let gate = try #require(try Self.report(folder)["gate"] as? [String: Any])
        #expect((gate["missed"] as? [String: Any])?["share"] as? Double == 1)
        #expect((gate["outcomes"] as? [String: Int]) == ["closed": 2])
        let rows = try String(contentsOf: folder.appending(path: "report/images.csv"), encoding: .utf8)
            .split(separator: "\r\n")
        #expect(rows[1].contains(",flagged,") && rows[1].contains(",closed,forwarded,"))
        await model.stop()
    }

    @Test("an interruption ends it in good order, and nothing is written")
    func stops() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        // One request looks whether the model is there, two are the images without the guard; the guard waits in vain.
        let count = RequestCount()
        let model = try await ProxyUpstream.start { _ in
            count.next() <= 3 ? .json(#"{"probabilities": {"1": 0.1, "7": 0.9}}"#) : .silence
        }
        let running = try CLIProcess(Self.arguments(model, ["--out", "report"]), in: folder)
        try await eventually("requests through the guard") { model.requests.count > 3 || !running.isRunning }
        running.terminate()
        let outcome = try await running.finish(within: 60)
        #expect(outcome.code == 4, "\(outcome.output) \(outcome.errors)")
        #expect(outcome.errors.contains("interrupted"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "report").path).isEmpty)
        await model.stop()
    }
}
