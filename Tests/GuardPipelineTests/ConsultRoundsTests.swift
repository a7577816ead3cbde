import AdmissionPolicy
import AdversarialDetectors
import ClassifierProtocols
import PixelCore
import Testing

@testable import GuardPipeline

/// Detectors that ask in rounds, in a whole trip.
@Suite("ConsultStage rounds")
struct ConsultRoundsTests {
    private static let squeezing = "- {use: feature-squeezing, squeezers: [\"bit-depth(1)\", \"median(2)\"]}"

    /// The fixture with label-consensus in the place of squeezing, and a rule about its ratio.
    private static func route(
        _ consensus: String = "- {use: label-consensus}", also edits: [(String, String)] = []
    ) throws -> RoutePlan {
        let rule = (
            "{detector: feature-squeezing, above: {raw: 1.0}}", "{detector: label-consensus, above: {raw: 2.9}}"
        )
        return try GuardFixture.route(replacing: [(squeezing, consensus), rule] + edits)
    }

    private static func judge(
        _ route: RoutePlan, _ probe: ScriptedProbe, budget: CallBudget = CallBudget(concurrentCopies: 8)
    ) async throws -> Judgement {
        try await GuardFixture.judge(route, body: GuardFixture.picture(), probe: probe, budget: budget).0
    }

    /// Answers another label for the copies whose number is in `odd`.
    private static func wavering(_ odd: Set<Int>) -> ScriptedProbe {
        ScriptedProbe { question in
            guard case .copy(let index, _) = question.purpose, odd.contains(index) else {
                return .success(jsonAnswer(#"{"cat": 0.9, "dog": 0.1}"#))
            }
            return .success(jsonAnswer(#"{"cat": 0.2, "dog": 0.8}"#))
        }
    }

    @Test("a label that copies keep is settled after two of four rounds, which saves eight calls")
    func settlesClean() async throws {
        let probe = ScriptedProbe.steady()
        let judgement = try await Self.judge(Self.route(), probe)
        #expect(probe.copies.count == 8)
        #expect(judgement.copies.count == 8)
        #expect(judgement.verdict.kind == .forward)
        #expect(!judgement.isDegraded)
    }

    @Test("a label that copies lose is settled after one round")
    func settlesOdd() async throws {
        let probe = ScriptedProbe.fickle()
        let judgement = try await Self.judge(Self.route(), probe)
        #expect(probe.copies.count == 4)
        #expect(judgement.verdict.reasons == ["squeezed"])
        #expect(judgement.signals.last?.evidence.first?.value == 4)
    }

    @Test("what wavers is asked to the end, and copies are numbered on through the rounds")
    func wavers() async throws {
        let probe = Self.wavering([2, 5, 6, 10, 14])
        let judgement = try await Self.judge(Self.route(), probe)
        #expect(judgement.copies.count == 16)
        let expected = (1...16).map { ProbeQuestion.Purpose.copy(index: $0, total: ($0 + 3) / 4 * 4) }
        #expect(Set(probe.copies.map(\.purpose)) == Set(expected))
        #expect(!judgement.isDegraded)
    }

    @Test("the route's extra calls cover every round")
    func extraCalls() throws {
        #expect(try Self.route().extraCalls == 16)
        #expect(try Self.route().mostCopiesAtOnce == 4)
        #expect(try Self.route(also: [("format: png}", "format: auto}")]).extraCalls == 17)
    }

    @Test("a round beyond the route's extra calls is not asked, and the request is degraded")
    func beyondExtraCalls() async throws {
        let probe = ScriptedProbe.steady()
        let judgement = try await Self.judge(Self.route().with(extraCalls: 6), probe)
        #expect(probe.copies.count == 4)
        #expect(judgement.degradedCause == "call-budget")
        #expect(judgement.verdict.reasons == ["failure.call-budget"])
        #expect(judgement.signals.map(\.detector) == ["container-integrity"])
    }

    @Test("rounds need the budget one at a time, and give it back")
    func budget() async throws {
        let budget = CallBudget(concurrentCopies: 4)
        let judgement = try await Self.judge(Self.route(), Self.wavering([2, 5, 6, 10, 14]), budget: budget)
        #expect(judgement.copies.count == 16)
        #expect(!judgement.isDegraded)
        #expect(budget.tryAcquire(4))
    }

    @Test("a budget with no room for the first round leaves the forwarded answer alone")
    func exhausted() async throws {
        let probe = ScriptedProbe.steady()
        let judgement = try await Self.judge(Self.route(), probe, budget: CallBudget(concurrentCopies: 3))
        #expect(probe.copies.isEmpty)
        #expect(judgement.degradedCause == "call-budget")
        #expect(judgement.answer?.status == 200)
    }

    @Test("a copy without an answer in a later round degrades the request")
    func missing() async throws {
        let probe = ScriptedProbe { question in
            if case .copy(index: 7, _) = question.purpose { return .failure(.timedOut) }
            return .success(jsonAnswer(#"{"cat": 0.9, "dog": 0.1}"#))
        }
        let judgement = try await Self.judge(Self.route(), probe)
        #expect(judgement.degradedCause == "copy-timeout")
        #expect(judgement.copies.count == 8)
    }

    @Test("a copy that is asked again by name draws anew, and the same image meets the same draws")
    func streams() async throws {
        let noise =
            "- {use: label-consensus, transforms: [\"gaussian-noise(0.05)\", \"gaussian-noise(0.05)\"], round: 1}"
        func bodies() async throws -> [[UInt8]] {
            let probe = ScriptedProbe.steady()
            _ = try await Self.judge(Self.route(noise), probe)
            return probe.copies.map(\.body)
        }
        let first = try await bodies()
        #expect(first.count == 2)
        #expect(Set(first).count == 2)
        let second = try await bodies()
        #expect(first == second)
    }

    @Test("noise in a later round alone is seen beforehand")
    func laterNoise() throws {
        let quiet = try Self.route("- {use: label-consensus, transforms: [\"median(2)\", \"median(3)\"], round: 1}")
        let noisy = try Self.route(
            "- {use: label-consensus, transforms: [\"median(2)\", \"gaussian-noise(0.05)\"], round: 1}")
        #expect(!quiet.drawsRandomness)
        #expect(noisy.drawsRandomness)
        // What is forwarded, and both copies.
        #expect(noisy.everyPipeline.count == 3)
    }

    @Test("what admission charges is the hungriest round, not all of them")
    func workingBytes() throws {
        func bytes(round: Int) throws -> Int {
            let route = try Self.route(
                "- {use: label-consensus, transforms: [\"median(2)\", \"gaussian-noise(0.05)\"], round: \(round)}")
            return try route.workingBytes(for: #require(PixelShape(width: 100, height: 100, channels: 3)))
        }
        let (apart, together) = (try bytes(round: 1), try bytes(round: 2))
        #expect(apart > 0)
        #expect(apart < together)
    }

    @Test("a detector that has settled is not asked again, and signals keep the order of the policy")
    func twoDetectors() async throws {
        let probe = ScriptedProbe.steady()
        let judgement = try await Self.judge(
            Self.route("- {use: label-consensus}\n      \(Self.squeezing)"), probe,
            budget: CallBudget(concurrentCopies: 6))
        #expect(
            judgement.signals.map(\.detector) == ["container-integrity", "label-consensus", "feature-squeezing"])
        #expect(judgement.copies.count == 10)
        #expect(judgement.copies.count { $0.name == "bit-depth(1)" } == 1)
    }

    @Test("one detector's missing answer does not keep another from its further rounds")
    func twoDetectorsOneFails() async throws {
        let probe = ScriptedProbe { question in
            if case .copy(index: 6, total: 6) = question.purpose { return .failure(.broken(detail: "reset")) }
            return .success(jsonAnswer(#"{"cat": 0.9, "dog": 0.1}"#))
        }
        let judgement = try await Self.judge(
            Self.route("- {use: label-consensus}\n      \(Self.squeezing)"), probe)
        #expect(judgement.degradedCause == "copy-failed")
        #expect(judgement.signals.map(\.detector) == ["container-integrity", "label-consensus"])
    }

    @Test("labels alone are enough, and several vectors are counted each")
    func labels() async throws {
        func ratio(_ forwarded: String, _ copies: String) async throws -> Signal? {
            let probe = ScriptedProbe { .success(jsonAnswer($0.purpose == .forwarded ? forwarded : copies)) }
            return try await Self.judge(Self.route(), probe).signals.last
        }
        let kept = try await ratio(#"{"cat": 1}"#, #"{"cat": 1}"#)
        let lost = try await ratio(#"{"cat": 1}"#, #"{"dog": 1}"#)
        #expect(try #require(kept).score < 0)
        #expect(try #require(lost).score > 2.9)
        let digits = #"[{"4": 0.9, "7": 0.1}, {"0": 0.8, "1": 0.2}]"#
        let forged = #"[{"4": 0.1, "7": 0.9}, {"0": 0.8, "1": 0.2}]"#
        let amount = try await ratio(digits, forged)
        #expect(try #require(amount).score > 2.9)
        #expect(try #require(amount).stratum == "vectors-2")
        #expect(try #require(amount).evidence.map(\.name) == ["asked", "agreed", "label.7,0"])
    }

    @Test("rounds run off the path while monitoring")
    func monitoring() async throws {
        let probe = ScriptedProbe.fickle()
        let route = try Self.route(
            also: [("mode: enforce", "mode: monitor"), ("{pixels: sanitized, format: png}", "{pixels: original}")])
        let (judgement, early) = try await GuardFixture.judge(route, body: GuardFixture.picture(), probe: probe)
        #expect(early.judgements.first?.copies.isEmpty == true)
        #expect(judgement.wouldBe?.kind == .divert)
        #expect(judgement.copies.count == 4)
    }

    @Test("a deadline that passes between rounds ends the trip")
    func deadline() async throws {
        let probe = ScriptedProbe.steady()
        let start = ContinuousClock.now
        let deadline = start.advanced(by: .seconds(60))
        let guardian = RequestGuard(
            key: try DeploymentKey(bytes: [UInt8](repeating: 1, count: 32)),
            budget: CallBudget(concurrentCopies: 8), reader: HTTPAnswerReader(),
            now: { probe.copies.isEmpty ? start : deadline })
        let judgement = await guardian.run(
            GuardFixture.request(try Self.route(), body: try GuardFixture.picture(), deadline: deadline), probe: probe
        ) { _ in }
        #expect(judgement.failure == .deadline)
        #expect(probe.copies.count == 4)
    }
}
