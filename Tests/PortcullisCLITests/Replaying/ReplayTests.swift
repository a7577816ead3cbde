import AdmissionPolicy
import AdversarialDetectors
import AuditTrail
import ClassifierProtocols
import Foundation
import GuardPipeline
import RobustnessEvaluation
import Testing

@testable import PortcullisCLI

/// A log with one decision about one example image.
private struct RecordedExample {
    let folder: ScratchFolder
    let id: AuditID
    let image: String

    var log: String { folder.path + "/audit" }

    /// What the example comes to under `policy` with the embedded model, recorded after `change`.
    init(
        _ name: String = "digit-7-clean.png", policy: String = "cheque-intake",
        change: (inout AuditRecord) -> Void = { _ in }
    ) async throws {
        let folder = try ScratchFolder()
        image =
            URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "examples/images/\(name)").path
        let plan = try PolicySource.load(policy)
        let route = try PolicySource.route(nil, of: plan, at: "/digit")
        let inspector = Inspector(
            policy: plan, route: route, reader: HTTPAnswerReader(),
            makeProbe: try EmbeddedModel(path: "/digit").asProbe)
        let inspection = await inspector.inspect(image)
        let bytes = Array(try #require(FileManager.default.contents(atPath: image)))
        let time = AuditTime(microseconds: 1_700_000_000_000_000)
        var record = AuditRecord(kind: .decision, id: .make(at: time), time: time)
        record.route = route.name
        record.mode = route.mode.rawValue
        record.policy = AuditRecord.PolicyReference(name: plan.name, sha256: plan.sha256)
        record.client = AuditRecord.Client(ip: "192.0.2.1")
        record.verdict = inspection.verdict?.kind.rawValue
        record.reasonCodes = inspection.verdict?.reasons ?? []
        record.images = [
            InspectedImage(
                sha256: FileDigest.sha256(bytes), format: "png", width: 28, height: 28, channels: 1,
                bytes: bytes.count)
        ]
        record.detectors = inspection.signals.map { signal in
            AuditRecord.DetectorFinding(
                id: signal.detector, tier: 0, score: signal.score, findings: signal.findings)
        }
        record.answer = AuditRecord.Answer(label: inspection.label, confidence: inspection.confidence, status: 200)
        change(&record)
        id = record.id
        self.folder = folder
        let writer = try AuditWriter.open(AuditConfiguration(directory: folder.path + "/audit", instance: "test"))
        try await writer.store(record)
        await writer.close()
    }

    /// The exit status of replaying it.
    func replay(_ arguments: [String] = [], policy: String = "cheque-intake", image: String? = nil) async -> Int32 {
        await Portcullis.status(
            of: [
                "replay", id.description, "--audit", log, "--image", image ?? self.image, "--policy", policy,
            ] + arguments)
    }

    /// Every value beside what it comes to now.
    func values(_ arguments: [String] = []) async throws -> [ReplayedValue] {
        let event = try RecordedEvent.find(id, in: log)
        let plan = try PolicySource.load("cheque-intake").with(mode: event.mode)
        let route = try PolicySource.route(event.route, of: plan)
        let bytes = Array(try #require(FileManager.default.contents(atPath: image)))
        return try await ReplayJob(
            event: event, route: route, bytes: bytes, declaredType: nil,
            makeProbe: arguments.contains("--self") ? try EmbeddedModel(path: "/digit").asProbe : nil, key: nil
        ).run()
    }
}

extension EmbeddedModel {
    /// For any media type.
    fileprivate var asProbe: @Sendable (String) -> any ClassifierProbe {
        let model = self
        return { _ in model }
    }
}

@Suite("Replay")
struct ReplayTests {
    @Test(
        "a record comes to the same again, with and without the model",
        arguments: ["digit-7-clean.png", "digit-1-pgd-read-as-7.png"], [[], ["--self", "--path", "/digit"]])
    func agrees(name: String, arguments: [String]) async throws {
        let example = try await RecordedExample(name)
        #expect(await example.replay(arguments) == ExitStatus.fine.rawValue)
    }

    @Test("a score that was changed shows, and so does a verdict")
    func differs() async throws {
        let score = try await RecordedExample { record in
            record.detectors[0].score += 1
        }
        #expect(await score.replay() == ExitStatus.findings.rawValue)
        let values = try await score.values()
        #expect(values.first { $0.name == "container-integrity score" }?.status == .different)
        let verdict = try await RecordedExample { $0.verdict = "reject" }
        #expect(await verdict.replay() == ExitStatus.findings.rawValue)
        #expect(await verdict.replay(["--self", "--path", "/digit"]) == ExitStatus.findings.rawValue)
        let squeezing = try await RecordedExample { record in
            for index in record.detectors.indices where record.detectors[index].id == "feature-squeezing" {
                record.detectors[index].score += 0.001
            }
        }
        #expect(await squeezing.replay(["--self", "--path", "/digit"]) == ExitStatus.findings.rawValue)
    }

    @Test("without the model its part is taken from the record, and the verdict follows from it")
    func takesFromRecord() async throws {
        let example = try await RecordedExample("digit-1-pgd-read-as-7.png")
        let values = try await example.values()
        guard case .incomparable? = values.first(where: { $0.name == "feature-squeezing score" })?.status else {
            Issue.record("a score that takes a model is not compared")
            return
        }
        #expect(values.first { $0.name == "verdict" }?.status == .same)
        // The recorded score would no longer divert.
        let lowered = try await RecordedExample("digit-1-pgd-read-as-7.png") { record in
            for index in record.detectors.indices where record.detectors[index].id == "feature-squeezing" {
                record.detectors[index].score = 0.001
            }
        }
        #expect(await lowered.replay() == ExitStatus.findings.rawValue)
    }

    @Test("what counts other requests is never compared")
    func leavesMemory() async throws {
        let example = try await RecordedExample { record in
            for index in record.detectors.indices where record.detectors[index].id == "near-duplicates" {
                record.detectors[index].score = 17
            }
        }
        #expect(await example.replay(["--self", "--path", "/digit"]) == ExitStatus.fine.rawValue)
    }

    @Test("another image, another policy and an id that is not there are refused")
    func refuses() async throws {
        let example = try await RecordedExample()
        #expect(await example.replay(image: #filePath) == ExitStatus.usage.rawValue)
        #expect(await example.replay(policy: "strict") == ExitStatus.usage.rawValue)
        let time = AuditTime(microseconds: 1)
        for event in ["x", AuditID.make(at: time).description] {
            let status = await Portcullis.status(of: [
                "replay", event, "--audit", example.log, "--image", example.image, "--policy", "cheque-intake",
            ])
            #expect(status == ExitStatus.usage.rawValue)
        }
    }

    @Test("a calibration that is not the recorded one is refused, and compared all the same when forced")
    func refusesCalibration() async throws {
        let example = try await RecordedExample { $0.calibration = String(repeating: "ab", count: 32) }
        #expect(await example.replay() == ExitStatus.usage.rawValue)
        #expect(await example.replay(["--force"]) == ExitStatus.fine.rawValue)
    }

    @Test("what the client declared is not in the record, and says so")
    func asksForType() async throws {
        let example = try await RecordedExample { record in
            record.detectors[0].score = 1
            record.detectors[0].findings = ["declared-type-mismatch"]
        }
        #expect(await example.replay() == ExitStatus.fine.rawValue)
        #expect(await example.replay(["--content-type", "image/jpeg"]) == ExitStatus.fine.rawValue)
        #expect(await example.replay(["--content-type", "image/png"]) == ExitStatus.findings.rawValue)
    }

    @Test("a key file that is not there is not made")
    func makesNoKey() async throws {
        let example = try await RecordedExample()
        let key = example.folder.path + "/absent.key"
        #expect(await example.replay(["--key-file", key]) == ExitStatus.unreachable.rawValue)
        #expect(!FileManager.default.fileExists(atPath: key))
    }
}

@Suite("ReplayedValue")
struct ReplayedValueTests {
    @Test("numbers are the same within a tolerance, relative above 1")
    func compares() {
        func status(_ recorded: Double?, _ now: Double?) -> ReplayedValue.Status {
            ReplayedValue("x", recorded: recorded, now: now, tolerance: 1e-6).status
        }
        #expect(status(0.1, 0.1 + 5e-7) == .same)
        #expect(status(0.1, 0.1 + 5e-6) == .different)
        #expect(status(1e6, 1e6 + 0.5) == .same)
        #expect(status(nil, nil) == .same)
        #expect(status(0, nil) == .different)
        #expect(status(nil, 0) == .different)
        #expect(status(0, .nan) == .different)
    }
}
