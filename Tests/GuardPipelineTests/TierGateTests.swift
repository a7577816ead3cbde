import AdmissionPolicy
import AdversarialDetectors
import PixelCore
import Testing

@testable import GuardPipeline

/// Which requests the detectors with model calls run for.
@Suite("TierGate")
struct TierGateTests {
    private static let trailing = RuleCondition.finding(detector: "container-integrity", word: "trailing-bytes")

    private static func gate(
        when condition: RuleCondition? = trailing, sample: Double = 0, marginBelow: Double? = nil,
        stakes: [String] = []
    ) -> TierGate {
        TierGate(condition: condition, sample: sample, marginBelow: marginBelow, stakes: stakes)
    }

    /// The fixture, whose rule about trailing bytes only flags, behind `gate`.
    private static func route(_ gate: TierGate, also edits: [(String, String)] = []) throws -> RoutePlan {
        try GuardFixture.route(replacing: [("trailing-bytes}, then: reject", "trailing-bytes}, then: flag")] + edits)
            .with(gate: gate)
    }

    /// As `route`, watching, with the client's own bytes as f(x).
    private static func watched(_ gate: TierGate) throws -> RoutePlan {
        try route(
            gate,
            also: [("mode: enforce", "mode: monitor"), ("{pixels: sanitized, format: png}", "{pixels: original}")])
    }

    private static func judge(
        _ route: RoutePlan, _ probe: ScriptedProbe, trailing: Bool = false,
        budget: CallBudget = CallBudget(concurrentCopies: 8)
    ) async throws -> Judgement {
        let body = try GuardFixture.picture() + (trailing ? [1, 2, 3] : [])
        return try await GuardFixture.judge(route, body: body, probe: probe, budget: budget).0
    }

    private static func close() -> ScriptedProbe { .steady(#"{"cat": 0.55, "dog": 0.45}"#) }

    /// A gate, whether the file has trailing bytes, what the model says, and what comes of it.
    struct Case: Sendable, CustomTestStringConvertible {
        let gate: TierGate
        var trailing = false
        var isClose = false
        let outcome: TierGate.Outcome
        var testDescription: String { "\(outcome) by \(gate)" }
    }

    static let cases: [Case] = [
        Case(gate: gate(), trailing: true, outcome: .rule),
        Case(gate: gate(), outcome: .closed),
        Case(gate: gate(when: nil), outcome: .closed),
        Case(gate: gate(sample: 1), outcome: .sample),
        Case(gate: gate(sample: 1), trailing: true, outcome: .rule),
        Case(gate: gate(sample: 1, stakes: ["cat"]), outcome: .sample),
        Case(gate: gate(stakes: ["cat"]), outcome: .stakes),
        Case(gate: gate(stakes: ["dog"]), outcome: .closed),
        Case(gate: gate(stakes: ["cat"]), trailing: true, outcome: .rule),
        Case(gate: gate(marginBelow: 0.2), isClose: true, outcome: .margin),
        Case(gate: gate(marginBelow: 0.2), outcome: .closed),
        Case(gate: gate(marginBelow: 0.2, stakes: ["cat"]), isClose: true, outcome: .stakes),
        Case(gate: gate(when: .confidenceBelow(0.6)), isClose: true, outcome: .rule),
        Case(gate: gate(when: .confidenceBelow(0.6)), outcome: .closed),
        Case(gate: gate(when: .not(.answerLabel(["cat"]))), outcome: .closed),
    ]

    @Test(
        "opens for what it says and asks nothing when closed, enforcing and watching", arguments: cases, [true, false])
    func outcomes(one: Case, isEnforcing: Bool) async throws {
        let route = isEnforcing ? try Self.route(one.gate) : try Self.watched(one.gate)
        let probe = one.isClose ? Self.close() : ScriptedProbe.steady()
        let judgement = try await Self.judge(route, probe, trailing: one.trailing)
        #expect(judgement.gate == one.outcome)
        let isOpen = one.outcome != .closed
        #expect(probe.copies.count == (isOpen ? 2 : 0))
        #expect(probe.questions.count == (isOpen ? 3 : 1))
        #expect(judgement.signals.map(\.detector).contains("feature-squeezing") == isOpen)
        #expect(!judgement.isDegraded)
        #expect(judgement.answer?.status == 200)
        let verdict = isEnforcing ? judgement.verdict : try #require(judgement.wouldBe)
        #expect(verdict.kind == (one.trailing ? .flag : .forward))
    }

    @Test("without a gate there is no outcome, and none where no detector asks the model")
    func noGate() async throws {
        let ungated = try await Self.judge(GuardFixture.route(), .steady())
        #expect(ungated.gate == nil)
        let cheap = try GuardFixture.route(replacing: [
            ("      - {use: feature-squeezing, squeezers: [\"bit-depth(1)\", \"median(2)\"]}\n", ""),
            ("      - {name: squeezed, when: {detector: feature-squeezing, above: {raw: 1.0}}, then: divert}\n", ""),
        ])
        let judgement = try await Self.judge(cheap.with(gate: Self.gate(stakes: ["cat"])), .steady())
        #expect(judgement.gate == nil)
    }

    @Test("what the gate lets through is judged by what the copies say")
    func judges() async throws {
        let opened = try await Self.judge(Self.route(Self.gate(stakes: ["cat"])), .fickle())
        #expect(opened.verdict.reasons == ["squeezed"])
        let closed = try await Self.judge(Self.route(Self.gate()), .fickle())
        #expect(closed.verdict.kind == .forward)
    }

    @Test("copies wait for the answer only where the gate looks at it")
    func order() async throws {
        for (gate, waits) in [(Self.gate(stakes: ["cat"]), true), (Self.gate(sample: 1), false)] {
            let probe = ScriptedProbe.steady()
            let body = try GuardFixture.picture()
            let decoded = try await Self.planned(Self.route(gate), body)
            #expect(decoded == waits)
            _ = try await Self.judge(Self.route(gate), probe)
            if waits { #expect(probe.questions.first?.purpose == .forwarded) }
        }
    }

    /// Whether the plan waits for the answer.
    private static func planned(_ route: RoutePlan, _ body: [UInt8]) async throws -> Bool {
        var judgement = Judgement(verdict: Verdict(kind: .forward, reasons: [], line: nil))
        let request = GuardFixture.request(route, body: body)
        let decoded = try DecodeStage(request: request, cancellation: CancellationFlag()).run(&judgement)
        let inspected = InspectStage(request: request).run(decoded, &judgement)
        let key = try DeploymentKey(bytes: [UInt8](repeating: 1, count: 32))
        switch PlanStage(route: route, key: key).run(inspected, &judgement) {
        case .stop: return false
        case .ask(let asking): return asking.isGateWaiting
        }
    }

    @Test("f(x) is not asked either while the gate is closed, and is once it opens")
    func reference() async throws {
        let sanitizing = ("format: png}", "format: png, pipeline: [\"median(3)\"]}")
        let closed = ScriptedProbe.steady()
        let first = try await Self.judge(Self.route(Self.gate(stakes: ["dog"]), also: [sanitizing]), closed)
        #expect(closed.questions.map(\.purpose) == [.forwarded])
        #expect(first.copies.isEmpty)
        let open = ScriptedProbe.steady()
        let second = try await Self.judge(Self.route(Self.gate(stakes: ["cat"]), also: [sanitizing]), open)
        #expect(second.copies.map(\.name) == ["reference", "bit-depth(1)", "median(2)"])
        #expect(open.questions.first?.purpose == .forwarded)
    }

    @Test("a gate that opens without a free call is degraded, and says both")
    func budget() async throws {
        let judgement = try await Self.judge(
            Self.route(Self.gate(stakes: ["cat"])), .steady(), budget: CallBudget(concurrentCopies: 1))
        #expect(judgement.gate == .stakes)
        #expect(judgement.degradedCause == "call-budget")
        #expect(judgement.verdict.kind == .flag)
    }

    @Test("an answer that the gate cannot read keeps it closed and is a shortfall")
    func unreadable() async throws {
        let probe = ScriptedProbe.steady(#"{"ok": "yes"}"#)
        let judgement = try await Self.judge(Self.route(Self.gate(stakes: ["cat"])), probe)
        #expect(judgement.gate == .closed)
        #expect(judgement.degradedCause == "scores-missing")
        #expect(probe.copies.isEmpty)
    }

    @Test("an error answer closes a gate that waited for it", arguments: [true, false])
    func errorAnswer(isEnforcing: Bool) async throws {
        let gate = Self.gate(stakes: ["cat"])
        let probe = ScriptedProbe { _ in .success(jsonAnswer("busy", status: 500)) }
        let judgement = try await Self.judge(isEnforcing ? Self.route(gate) : Self.watched(gate), probe)
        #expect(judgement.gate == .closed)
        #expect(probe.copies.isEmpty)
        #expect(!judgement.isDegraded)
    }

    @Test("a coded answer is read from one to the same pixels, whose label then opens the gate or does not")
    func codedAnswer() async throws {
        for (label, outcome, calls) in [("cat", TierGate.Outcome.stakes, 3), ("dog", .closed, 1)] {
            let probe = ScriptedProbe { question in
                question.purpose == .forwarded
                    ? .success(ProbeAnswer(status: 200, headers: [("Content-Encoding", "br")], body: [1]))
                    : .success(jsonAnswer(#"{"cat": 0.9, "dog": 0.1}"#))
            }
            let judgement = try await Self.judge(Self.watched(Self.gate(stakes: [label])), probe)
            #expect(judgement.gate == outcome)
            #expect(probe.copies.count == calls)
            #expect(judgement.copies.first?.name == "reference")
            #expect(!judgement.isDegraded)
        }
    }

    @Test("the sample is drawn from the image: the same one meets the same draw, and shares are kept")
    func sample() async throws {
        let gate = Self.gate(sample: 0.25)
        let input = DecisionInput(signals: [], facts: nil, pixels: 0, answer: nil)
        let key = try DeploymentKey(bytes: [UInt8](repeating: 1, count: 32))
        let draws = (0..<2000).map { index in
            gate.outcome(before: input, draw: key.generator(purpose: "gate", pixelsSHA256: "\(index)"))
        }
        let taken = draws.count { $0 == .sample }
        // 500 expected; five standard deviations of the binomial are 97.
        #expect((403...597).contains(taken))
        #expect(draws.count { $0 == .closed } == 2000 - taken)
        let route = try Self.route(gate)
        #expect(route.drawsRandomness)
        let first = try await Self.judge(route, .steady())
        let second = try await Self.judge(route, .steady())
        #expect(first.gate == second.gate)
        #expect(first.image?.pixelsSHA256 != nil)
    }

    @Test(
        "stakes are the whole label or that of one vector; a margin is that of the closest vector",
        arguments: [
            (#"[{"4": 0.9, "7": 0.1}, {"0": 0.8, "1": 0.2}]"#, TierGate.Outcome.closed),
            (#"[{"4": 0.1, "7": 0.9}, {"0": 0.8, "1": 0.2}]"#, .stakes),
            (#"[{"4": 0.9, "7": 0.1}, {"0": 0.2, "1": 0.8}]"#, .stakes),
            (#"[{"4": 0.9, "7": 0.1}, {"0": 0.55, "1": 0.45}]"#, .margin),
            (#"{"4": 0.95}"#, .closed), (#"{"4": 0.55}"#, .margin), (#"{"4": 1}"#, .closed),
        ])
    func vectors(answer: String, outcome: TierGate.Outcome) async throws {
        let gate = Self.gate(marginBelow: 0.2, stakes: ["7", "4,1"])
        let judgement = try await Self.judge(Self.route(gate), .steady(answer))
        #expect(judgement.gate == outcome)
    }

    @Test("a gate that a policy file describes is the one that decides")
    func fromPolicy() async throws {
        let route = try GuardFixture.route(replacing: [
            ("trailing-bytes}, then: reject", "trailing-bytes}, then: flag"),
            (
                "format: png}",
                "format: png}\n    gate: {when: {detector: container-integrity, finding: trailing-bytes}, stakes: [dog]}"
            ),
        ])
        #expect(try await Self.judge(route, .steady()).gate == .closed)
        #expect(try await Self.judge(route, .steady(), trailing: true).gate == .rule)
        #expect(try await Self.judge(route, .steady(#"{"cat": 0.3, "dog": 0.7}"#)).gate == .stakes)
    }

    @Test("a refusal that needs no answer comes before the gate")
    func rejectsEarly() async throws {
        let probe = ScriptedProbe.steady()
        let judgement = try await Self.judge(
            GuardFixture.route().with(gate: Self.gate(sample: 1)), probe, trailing: true)
        #expect(judgement.verdict.kind == .reject)
        #expect(judgement.gate == nil)
        #expect(probe.questions.isEmpty)
    }
}
