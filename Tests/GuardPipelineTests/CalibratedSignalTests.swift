import AdversarialDetectors
import Testing

@testable import AdmissionPolicy
@testable import GuardPipeline

/// P-values and the combination, as a calibration of the route gives them.
@Suite("Calibrated signals")
struct CalibratedSignalTests {
    /// Clean images of which 19 score 0 and 80 score 0.01, 0.02, … 0.80 in squeezing; no clean container has a finding.
    private static let calibration = RouteCalibration(
        created: "2026-01-01T00:00:00Z",
        reference: .init(route: "images", forwarded: "decoded, as it came", scores: "auto", model: "test"),
        sample: .init(source: "test", images: 99, fittedImages: 0, clients: 0, sha256: ""),
        detectors: [
            DetectorCalibration(
                detector: "container-integrity", version: 1, parameters: [:], fit: nil,
                strata: [ScoreStratum(name: "", upToLevel: nil, scores: [Double](repeating: 0, count: 99))]),
            DetectorCalibration(
                detector: "feature-squeezing", version: 2, parameters: [:], fit: nil,
                strata: [
                    ScoreStratum(
                        name: "", upToLevel: nil,
                        scores: [Double](repeating: 0, count: 19) + (1...80).map { Double($0) / 100 })
                ]),
        ],
        tierZero: CombinationCalibration(
            method: .minP, detectors: ["container-integrity"], statistics: [Double](repeating: 1, count: 99)),
        all: CombinationCalibration(
            method: .minP, detectors: ["container-integrity", "feature-squeezing"],
            statistics: [Double](repeating: 0.5, count: 99)))

    private static func judge(
        _ route: RoutePlan, _ probe: ScriptedProbe, trailing: Bool = false
    ) async throws -> (Judgement, EarlyCalls) {
        try await GuardFixture.judge(
            route, body: GuardFixture.picture() + (trailing ? [1, 2, 3] : []), probe: probe)
    }

    @Test("every signal has its p-value, from pixels as from answers")
    func pValues() async throws {
        let route = try GuardFixture.route().with(calibration: Self.calibration)
        let (steady, _) = try await Self.judge(route, .steady())
        #expect(steady.signals.map(\.pValue) == [1, 1])
        let (fickle, _) = try await Self.judge(route, .fickle())
        // 1.6 is above all 99.
        #expect(fickle.signals.map(\.pValue) == [1, 0.01])
        let (plain, _) = try await Self.judge(GuardFixture.route(), .steady())
        #expect(plain.signals.allSatisfy { $0.pValue == nil })
        #expect(plain.combined == nil)
    }

    @Test("the combination is of all detectors where copies were asked, and of tier 0 where they were not")
    func combined() async throws {
        let route = try GuardFixture.route().with(calibration: Self.calibration)
        let (asked, _) = try await Self.judge(route, .fickle())
        #expect(asked.combined?.detectors == ["container-integrity", "feature-squeezing"])
        #expect(asked.combined?.pValue == 0.01)
        let closed = try GuardFixture.route().with(
            gate: TierGate(condition: nil, sample: 0, marginBelow: nil, stakes: []), calibration: Self.calibration)
        let (unasked, _) = try await Self.judge(closed, .fickle())
        #expect(unasked.combined?.detectors == ["container-integrity"])
        #expect(unasked.combined?.pValue == 1)
        let (starved, _) = try await Self.judge(route.with(calibration: Self.calibration, extraCalls: 0), .fickle())
        #expect(starved.isDegraded)
        #expect(starved.combined?.detectors == ["container-integrity"])
        let (rejected, _) = try await Self.judge(route, .steady(), trailing: true)
        #expect(rejected.verdict.kind == .reject)
        #expect(rejected.combined?.pValue == 0.01)
    }

    @Test("a rule about the combination sees the same one, behind a gate too")
    func rule() async throws {
        let rules = [PolicyRule(name: "joint", condition: .combinedAtMost(rate: 0.01), then: .divert, line: 1)]
        let route = try GuardFixture.route().with(calibration: Self.calibration, rules: rules)
        #expect(try await Self.judge(route, .fickle()).0.verdict.reasons == ["joint"])
        #expect(try await Self.judge(route, .steady()).0.verdict.kind == .forward)
        let gated = route.with(
            gate: TierGate(condition: .combinedAtMost(rate: 0.01), sample: 0, marginBelow: nil, stakes: []),
            calibration: Self.calibration)
        #expect(try await Self.judge(gated, .steady(), trailing: true).0.gate == .rule)
        #expect(try await Self.judge(gated, .steady()).0.gate == .closed)
    }

    @Test("while monitoring, the early judgement has the combination of tier 0 and the later one that of all")
    func monitoring() async throws {
        let route = try GuardFixture.route(replacing: [
            ("mode: enforce", "mode: monitor"), ("{pixels: sanitized, format: png}", "{pixels: original}"),
        ]).with(calibration: Self.calibration)
        let (judgement, early) = try await Self.judge(route, .fickle())
        #expect(early.judgements.first?.combined?.detectors == ["container-integrity"])
        #expect(judgement.combined?.pValue == 0.01)
    }
}
