import AdversarialDetectors
import ClassifierProtocols
import ImageCodecs
import PixelCore
import Synchronization
import Testing

@testable import AdmissionPolicy
@testable import GuardPipeline

/// A model that answers as its closure says and remembers what it was asked.
final class ScriptedProbe: ClassifierProbe {
    private let asked = Mutex<[ProbeQuestion]>([])
    private let answer: @Sendable (ProbeQuestion) -> Result<ProbeAnswer, ProbeError>

    init(_ answer: @escaping @Sendable (ProbeQuestion) -> Result<ProbeAnswer, ProbeError>) {
        self.answer = answer
    }

    var questions: [ProbeQuestion] { asked.withLock { $0 } }

    var copies: [ProbeQuestion] { questions.filter { $0.purpose != .forwarded } }

    func ask(_ question: ProbeQuestion) async throws(ProbeError) -> ProbeAnswer {
        asked.withLock { $0.append(question) }
        return try answer(question).get()
    }

    /// The same probabilities whatever it is asked.
    static func steady(_ json: String = #"{"cat": 0.9, "dog": 0.1}"#) -> ScriptedProbe {
        ScriptedProbe { _ in .success(jsonAnswer(json)) }
    }

    /// Another label for every copy than for the forwarded image: what an adversarial input looks like.
    static func fickle() -> ScriptedProbe {
        ScriptedProbe { question in
            question.purpose == .forwarded
                ? .success(jsonAnswer(#"{"cat": 0.9, "dog": 0.1}"#))
                : .success(jsonAnswer(#"{"cat": 0.1, "dog": 0.9}"#))
        }
    }
}

func jsonAnswer(_ json: String, status: Int = 200) -> ProbeAnswer {
    ProbeAnswer(status: status, headers: [("Content-Type", "application/json")], body: Array(json.utf8))
}

/// Remembers what the `early` callback was given.
final class EarlyCalls: Sendable {
    private let list = Mutex<[Judgement]>([])

    var judgements: [Judgement] { list.withLock { $0 } }

    func add(_ judgement: Judgement) {
        list.withLock { $0.append(judgement) }
    }
}

enum GuardFixture {
    /// One route with joint squeezing and the container check; `replacing` edits the text first.
    static func route(replacing edits: [(String, String)] = []) throws -> RoutePlan {
        var text = """
            version: 1
            name: fixture
            mode: enforce
            routes:
              - name: images
                match: {paths: ["/**"]}
                scores: auto
                forward: {pixels: sanitized, format: png}
                detectors:
                  - {use: container-integrity}
                  - {use: feature-squeezing, squeezers: ["bit-depth(1)", "median(2)"]}
                rules:
                  - {name: trailing, when: {detector: container-integrity, finding: trailing-bytes}, then: reject}
                  - {name: squeezed, when: {detector: feature-squeezing, above: {raw: 1.0}}, then: divert}
                failures: {undecodable: reject, detector: flag, degraded: flag, scores_missing: flag, audit: forward}
                disclose: {flag: true, divert: true}

            """
        for (old, new) in edits {
            #expect(text.contains(old), "the fixture has no \(old)")
            text = text.replacingFirst(old, with: new)
        }
        let plan = try PolicyLoader.load(bytes: Array(text.utf8), origin: "fixture")
        return try #require(plan.routes.first)
    }

    /// A 16×12 RGB gradient as a stored PNG.
    static func picture() throws -> [UInt8] {
        let shape = try #require(PixelShape(width: 16, height: 12, channels: 3))
        let samples = (0..<shape.sampleCount).map { UInt8(truncatingIfNeeded: $0 * 5 / 3) }
        guard let buffer = PixelBuffer(shape: shape, adopting: samples) else {
            Issue.record("the samples do not fit their shape")
            return []
        }
        return try ImageEncoder.encode(Image(buffer), as: .png(.stored))
    }

    static func request(
        _ route: RoutePlan, body: [UInt8], deadline: ContinuousClock.Instant = .now.advanced(by: .seconds(900))
    ) -> InspectionRequest {
        InspectionRequest(
            route: route, body: body, contentType: "image/png", client: "192.0.2.1", nowSeconds: 0, deadline: deadline)
    }

    static func makeGuard(budget: CallBudget = CallBudget(concurrentCopies: 8), seed: UInt8 = 1) throws -> RequestGuard
    {
        RequestGuard(
            key: try DeploymentKey(bytes: [UInt8](repeating: seed, count: 32)), budget: budget,
            reader: HTTPAnswerReader())
    }

    /// Runs one request and returns the judgement with what `early` was given.
    static func judge(
        _ route: RoutePlan, body: [UInt8], probe: ScriptedProbe, budget: CallBudget = CallBudget(concurrentCopies: 8),
        deadline: ContinuousClock.Instant = .now.advanced(by: .seconds(900)), seed: UInt8 = 1
    ) async throws -> (Judgement, EarlyCalls) {
        let calls = EarlyCalls()
        let judgement = await (try makeGuard(budget: budget, seed: seed)).run(
            request(route, body: body, deadline: deadline), probe: probe
        ) { calls.add($0) }
        return (judgement, calls)
    }
}

extension RoutePlan {
    /// This plan with other members, for what a test sets apart from a policy file.
    func with(
        gate: TierGate? = nil, calibration: RouteCalibration? = nil, extraCalls: Int? = nil, rules: [PolicyRule]? = nil
    ) -> RoutePlan {
        RoutePlan(
            name: name, match: match, mode: mode, handling: handling, bodyBytes: bodyBytes, decodeLimits: decodeLimits,
            decodeOptions: decodeOptions, scores: scores, regions: regions, pipelines: pipelines, forward: forward,
            detectors: detectors, rules: rules ?? self.rules, failures: failures, disclosure: disclosure,
            extraCalls: extraCalls ?? self.extraCalls,
            calibration: calibration.map { PlannedCalibration(calibration: $0, sha256: "", origin: "test") },
            gate: gate)
    }
}

extension String {
    fileprivate func replacingFirst(_ old: String, with new: String) -> String {
        guard let range = firstRange(of: old) else { return self }
        var copy = self
        copy.replaceSubrange(range, with: new)
        return copy
    }
}
