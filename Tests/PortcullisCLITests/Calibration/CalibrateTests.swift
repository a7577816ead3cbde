import AdmissionPolicy
import AdversarialDetectors
import ArgumentParser
import Foundation
import ImageCodecs
import PixelCore
import RobustnessEvaluation
import Testing

@testable import PortcullisCLI

@Suite("Calibrate")
struct CalibrateTests {
    /// A folder with a policy and `count` small pictures of a few dark strokes.
    private static func folder(_ count: Int) throws -> ScratchFolder {
        let folder = try ScratchFolder()
        try folder.write(policy(), to: "mine.yaml")
        try FileManager.default.createDirectory(atPath: folder.path + "/clean", withIntermediateDirectories: true)
        var generator = ChaChaGenerator(key: [UInt8](repeating: 5, count: 32))
        let shape = try #require(PixelShape(width: 28, height: 28, channels: 1))
        for index in 0..<count {
            var samples = [UInt8](repeating: 0, count: 28 * 28)
            for _ in 0..<60 {
                samples[Int(generator.nextWord() % 784)] = UInt8(truncatingIfNeeded: generator.nextWord())
            }
            guard let buffer = PixelBuffer(shape: shape, adopting: samples) else { throw CancellationError() }
            let bytes = try ImageEncoder.encode(Image(buffer), as: .png(.fast))
            try Data(bytes).write(to: URL(filePath: folder.path + "/clean/\(index).png"))
        }
        return folder
    }

    private static func policy(_ lines: String = "", squeezer: String = "median(2)") -> String {
        """
        version: 1
        name: mine
        mode: enforce
        routes:
          - name: digits
            match: {methods: [POST], paths: ["/digit"]}
            scores: {array: "/probabilities"}
            forward: {pixels: sanitized, format: png}
            detectors:
              - container-integrity
              - {use: feature-squeezing, squeezers: ["bit-depth(1)", "\(squeezer)"]}
            rules:
              - {name: squeezing, when: {detector: feature-squeezing, above: {\(lines.isEmpty ? "raw: 1" : "rate: 5%")}}, then: flag}
            failures: {undecodable: reject, detector: flag, degraded: flag, scores_missing: flag, audit: reject}
        \(lines)
        """
    }

    private static func run(_ folder: ScratchFolder, _ more: [String] = []) async -> Int32 {
        await Portcullis.status(
            of: [
                "calibrate", "--clean", folder.path + "/clean", "--self", "--policy", folder.path + "/mine.yaml",
                "--out", folder.path + "/mine.json",
            ] + more)
    }

    @Test("writes a file that the policy takes, the same for the same images, and leaves nothing else")
    func writes() async throws {
        let folder = try Self.folder(64)
        #expect(await Self.run(folder) == ExitStatus.fine.rawValue)
        let bytes = try #require(FileManager.default.contents(atPath: folder.path + "/mine.json"))
        let calibration = try CalibrationReader.calibration(in: Array(bytes))
        #expect(calibration.sample.images == 64)
        #expect(calibration.detectors.map(\.detector) == ["container-integrity", "feature-squeezing"])
        #expect(calibration.all?.method == .minP)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/mine.json.partial"))
        try folder.write(Self.policy("    calibration: mine.json"), to: "mine.yaml")
        let plan = try PolicySource.load(folder.path + "/mine.yaml")
        #expect(plan.routes.first?.calibration?.calibration == calibration)
        // Again, for a policy that names the file, and asks for rates, already.
        #expect(await Self.run(folder, ["--force", "--combine", "truncated-cauchy"]) == ExitStatus.fine.rawValue)
        let again = try CalibrationReader.calibration(
            in: Array(try #require(FileManager.default.contents(atPath: folder.path + "/mine.json"))))
        #expect(again.detectors == calibration.detectors)
        #expect(again.sample.sha256 == calibration.sample.sha256)
        #expect(again.all?.method == .truncatedCauchy)
        // Other squeezers than it was made with.
        try folder.write(Self.policy("    calibration: mine.json", squeezer: "median(3)"), to: "mine.yaml")
        let failure = #expect(throws: CommandFailure.self) { try PolicySource.load(folder.path + "/mine.yaml") }
        #expect(failure?.status == .configuration)
    }

    @Test("a rate that the sample cannot promise is refused before the model is asked")
    func refusesRate() async throws {
        let folder = try Self.folder(60)
        #expect(await Self.run(folder, ["--rates", "1%"]) == ExitStatus.usage.rawValue)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/mine.json"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/mine.json.partial"))
    }

    @Test("so few images that no usual rate can be promised are refused")
    func refusesSample() async throws {
        #expect(await Self.run(try Self.folder(58)) == ExitStatus.usage.rawValue)
    }

    @Test("a file that is there is not replaced unasked")
    func keepsFile() async throws {
        let folder = try Self.folder(1)
        try folder.write("mine", to: "mine.json")
        #expect(await Self.run(folder) == ExitStatus.usage.rawValue)
        #expect(FileManager.default.contents(atPath: folder.path + "/mine.json") == Data("mine".utf8))
    }

    @Test("identical files count once, and a role of a manifest is taken alone")
    func takesManifest() async throws {
        let folder = try Self.folder(62)
        try FileManager.default.copyItem(
            atPath: folder.path + "/clean/0.png", toPath: folder.path + "/clean/copy.png")
        var lines = ["file,role,true_label", "clean/copy.png,cal,1"]
        lines += (0..<62).map { "clean/\($0).png,\($0 < 61 ? "cal" : "test"),1" }
        try folder.write(lines.joined(separator: "\n"), to: "list.csv")
        let source = try CleanSource.manifest(folder.path + "/list.csv", role: "cal")
        #expect(source.files.count == 62)
        let split = SampleSplit(source.files, fitShare: 0)
        #expect(split.threshold.count == 61)
        #expect(split.duplicates == 1)
    }

    @Test("answers without scores fail every image: nothing is written and nothing left")
    func refusesFailures() async throws {
        let folder = try Self.folder(60)
        try folder.write(Self.policy().replacing("/probabilities", with: "/elsewhere"), to: "mine.yaml")
        #expect(await Self.run(folder) == ExitStatus.unreachable.rawValue)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/mine.json"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/mine.json.partial"))
    }

    @Test(
        "what makes no sense is refused",
        arguments: [
            ["--clean", "d", "--manifest", "m", "--role", "r", "--self"], ["--clean", "d"], ["--self"],
            ["--manifest", "m", "--self"], ["--from-audit", "a", "--self"], ["--clean", "d", "--role", "r", "--self"],
            ["--clean", "d", "--self", "--fit-share", "1"], ["--clean", "d", "--self", "--combine", "mean"],
            ["--clean", "d", "--self", "--upstream", "http://a"], ["--clean", "d", "--self", "--per-client", "0"],
            ["--clean", "d", "--self", "--requests-per-day", "0"], ["--clean", "d", "--self", "--concurrency", "0"],
        ])
    func refuses(arguments: [String]) {
        #expect(throws: (any Error).self) {
            try Portcullis.parseAsRoot(["calibrate", "--policy", "p.yaml"] + arguments)
        }
    }

    @Test("rates and counts that cannot be read are named", arguments: ["5", "x%", "5%,", "60%", "0%"])
    func refusesRates(text: String) throws {
        let command = try #require(
            try Portcullis.parseAsRoot([
                "calibrate", "--policy", "p", "--clean", "d", "--self", "--rates", text,
            ]) as? Calibrate)
        #expect(throws: CommandFailure.self) { try command.report.parsedRates() }
    }
}
