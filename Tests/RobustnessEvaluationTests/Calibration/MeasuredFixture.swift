import AdversarialDetectors
import Foundation
import GuardPipeline
import ImageCodecs
import PixelCore
import Synchronization
import Testing

@testable import AdmissionPolicy
@testable import RobustnessEvaluation

/// A folder for the time of one test.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "calibration-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Answers by the image's mean, without a network; may fail, and may cancel a task after so many questions.
final class ScriptedProbe: ClassifierProbe {
    private let state = Mutex<(asked: Int, cancel: (@Sendable () -> Void)?)>((0, nil))
    private let forwardedAndCopies = Mutex<(Int, Int)>((0, 0))
    private let failsAt: @Sendable (Int) -> Bool
    private let failing: (forwarded: Int?, copy: Int?)

    init(failsAt: @escaping @Sendable (Int) -> Bool = { _ in false }) {
        self.failsAt = failsAt
        failing = (nil, nil)
    }

    /// Has no answer to the forwarded question, or to the copy, of this number among its kind: of one file where each has one.
    /// By all questions together it could be either: a copy is not asked any more once the forwarded question failed.
    init(failingForwarded forwarded: Int? = nil, failingCopy copy: Int? = nil) {
        failsAt = { _ in false }
        failing = (forwarded, copy)
    }

    /// Calls `cancel` at the question of this number.
    func cancelling(after count: Int, _ cancel: @escaping @Sendable () -> Void) {
        state.withLock { state in
            state.cancel = { [state = state.asked] in
                _ = state; cancel()
            }
            state.asked = -count
        }
    }

    var asked: Int { state.withLock { $0.asked } }

    func ask(_ question: ProbeQuestion) async throws(ProbeError) -> ProbeAnswer {
        let (number, cancel) = state.withLock { state in
            state.asked += 1
            return (state.asked, state.asked == 0 ? state.cancel : nil)
        }
        cancel?()
        if Task.isCancelled { throw .cancelled }
        let (forwarded, copies) = forwardedAndCopies.withLock { counts in
            if question.purpose == .forwarded { counts.0 += 1 } else { counts.1 += 1 }
            return counts
        }
        let isFailing = question.purpose == .forwarded ? forwarded == failing.forwarded : copies == failing.copy
        if failsAt(number) || isFailing { throw .timedOut }
        let sum = question.body.reduce(0) { $0 + Int($1) }
        let share = Double(sum % 997) / 997
        return ProbeAnswer(status: 200, headers: [], body: Array("\(share) \(1 - share)".utf8))
    }
}

/// Reads `0.25 0.75`.
struct ScriptedReader: AnswerReader {
    func scores(in answer: ProbeAnswer, at location: ScoreLocation) throws(AnswerError) -> ModelAnswer? {
        let values = String(decoding: answer.body, as: UTF8.self).split(separator: " ").compactMap { Double($0) }
        guard let vector = ScoreVector(labels: values.indices.map(String.init), values: values) else {
            throw AnswerError(detail: "no scores")
        }
        return ModelAnswer(vectors: [vector])
    }
}

/// A detector that learns the mean of clean images' first samples and scores the distance from it.
struct FirstSampleDistance: FittedDetector {
    static let descriptor = DetectorDescriptor(
        name: "first-sample-distance", version: 1, family: .inputStatistics, tier: 0, summary: "-", scoreMeaning: "-",
        source: "-", weaknesses: "-", findings: [], parameters: [])
    let mean: Double?

    init(mean: Double?) { self.mean = mean }
    init(parameters: [String: ParameterValue]) throws(DetectorError) { mean = nil }

    private func first(_ image: Image) -> Double { image.withSamples { Double($0[0]) } }

    func inspect(_ subject: DetectorSubject) throws(DetectorError) -> Signal? {
        guard let mean else { return nil }
        return Signal(detector: Self.descriptor.name, score: abs(first(subject.image) - mean))
    }

    func features(of subject: DetectorSubject) -> DetectorFeatures? {
        DetectorFeatures(stratum: "", values: [first(subject.image)])
    }

    static func fit(_ sample: [DetectorFeatures]) throws(DetectorError) -> DetectorFit {
        guard sample.count >= 5 else { throw .cannotFit(detector: descriptor.name, detail: "5 images would do") }
        return DetectorFit(values: ["mean": [sample.reduce(0) { $0 + $1.values[0] } / Double(sample.count)]])
    }

    func fitted(by fit: DetectorFit) throws(DetectorError) -> any FittedDetector {
        guard let mean = fit.values["mean"]?.first else {
            throw .cannotFit(detector: Self.descriptor.name, detail: "no mean")
        }
        return FirstSampleDistance(mean: mean)
    }

    var isFitted: Bool { mean != nil }
}

/// A route, images and what measures them.
struct MeasuredFixture {
    let route: RoutePlan
    let folder: TemporaryFolder
    let executor = PixelExecutor(threads: 2)

    static func plan(squeezer: String = "median(2)") throws -> PolicyPlan {
        let text = """
            version: 1
            name: measured
            mode: monitor
            routes:
              - name: images
                match: {methods: [POST], paths: ["/**"]}
                scores: auto
                forward: {pixels: sanitized, format: png}
                detectors:
                  - container-integrity
                  - {use: feature-squeezing, squeezers: ["\(squeezer)"]}
                  - near-duplicates
                rules:
                  - {name: everything, when: {pixels_above: 1}, then: reject}
                failures: {undecodable: reject, detector: flag, degraded: flag, scores_missing: flag, audit: reject}
            """
        return try PolicyLoader.load(bytes: Array(text.utf8), origin: "measured.yaml")
    }

    init(isFitted: Bool = false) throws {
        var route = try #require(try Self.plan().routes.first)
        if isFitted {
            route.detectors.append(
                PlannedDetector(
                    detector: FirstSampleDistance(mean: nil), descriptor: FirstSampleDistance.descriptor,
                    parameters: [:], line: 1))
        }
        self.route = route
        folder = try TemporaryFolder()
    }

    /// `count` different images of 8×8 in files; every file of `broken` holds something else.
    func files(_ count: Int, broken: Set<Int> = []) throws -> [SampleFile] {
        var generator = ChaChaGenerator(key: [UInt8](repeating: 9, count: 32))
        return try (0..<count).map { index in
            let shape = try #require(PixelShape(width: 8, height: 8, channels: 1))
            let samples = (0..<64).map { _ in UInt8(truncatingIfNeeded: generator.nextWord() >> 8) }
            guard let buffer = PixelBuffer(shape: shape, adopting: samples) else { throw CancellationError() }
            let image = Image(buffer)
            let bytes =
                broken.contains(index)
                ? Array("no image \(index)".utf8) : try ImageEncoder.encode(image, as: .png(.fast))
            let path = folder.path + "/\(index).png"
            try Data(bytes).write(to: URL(filePath: path))
            return SampleFile(path: path, sha256: FileDigest.sha256(bytes), mediaType: "image/png")
        }
    }

    func measurement(_ probe: any ClassifierProbe, concurrency: Int = 3) throws -> CleanMeasurement {
        let requestGuard = RequestGuard(
            key: try DeploymentKey(bytes: [UInt8](repeating: 7, count: 32)),
            budget: CallBudget(concurrentCopies: 16), reader: ScriptedReader())
        return CleanMeasurement(
            judge: ImageJudge(route: route, requestGuard: requestGuard, makeProbe: { _ in probe }), executor: executor,
            concurrency: concurrency,
            read: { path in
                FileManager.default.contents(atPath: path).map { .success(Array($0)) }
                    ?? .failure(SampleReadingError(reason: "cannot be read"))
            })
    }

    func conditions() throws -> MeasurementConditions {
        MeasurementConditions(
            created: "2026-01-01T00:00:00Z", policy: try Self.plan(), route: route, others: ["model": "scripted"])
    }

    var partial: String { folder.path + "/out.json.partial" }
}
