import AdmissionPolicy
import AdversarialDetectors
import ImageCodecs
import PixelCore
import Testing

@testable import GuardPipeline

@Suite("RequestGuard enforcing")
struct RequestGuardEnforceTests {
    @Test("a steady answer is forwarded, with every copy asked and recorded")
    func forwards() async throws {
        let probe = ScriptedProbe.steady()
        let (judgement, early) = try await GuardFixture.judge(
            GuardFixture.route(), body: GuardFixture.picture(), probe: probe)
        #expect(judgement.verdict.kind == .forward)
        #expect(judgement.answer?.status == 200)
        #expect(judgement.label == "cat")
        #expect(judgement.confidence == 0.9)
        #expect(judgement.copies.map(\.name) == ["bit-depth(1)", "median(2)"])
        #expect(judgement.copies.map(\.label) == ["cat", "cat"])
        #expect(judgement.signals.map(\.detector) == ["container-integrity", "feature-squeezing"])
        #expect(judgement.forwarded?.encoding == "png-stored")
        #expect(judgement.image?.width == 16)
        #expect(!judgement.isDegraded)
        #expect(early.judgements.isEmpty)
    }

    @Test("the model is given our own encoding of the decoded pixels, and copies are numbered")
    func questions() async throws {
        let probe = ScriptedProbe.steady()
        _ = try await GuardFixture.judge(GuardFixture.route(), body: GuardFixture.picture(), probe: probe)
        #expect(probe.questions.count == 3)
        #expect(probe.questions.allSatisfy { $0.mediaType == "image/png" })
        #expect(Set(probe.copies.map(\.purpose)) == [.copy(index: 1, total: 2), .copy(index: 2, total: 2)])
    }

    @Test("an answer that flips under squeezing is diverted by the rule that says so")
    func diverts() async throws {
        let (judgement, _) = try await GuardFixture.judge(
            GuardFixture.route(), body: GuardFixture.picture(), probe: .fickle())
        #expect(judgement.verdict.kind == .divert)
        #expect(judgement.verdict.reasons == ["squeezed"])
        #expect(judgement.signals.last.map { abs($0.score - 1.6) < 1e-12 } == true)
    }

    @Test("a rule that needs no answer rejects before the model is asked")
    func rejectsEarly() async throws {
        let probe = ScriptedProbe.steady()
        let (judgement, _) = try await GuardFixture.judge(
            GuardFixture.route(), body: GuardFixture.picture() + [1, 2, 3], probe: probe)
        #expect(judgement.verdict.kind == .reject)
        #expect(judgement.verdict.reasons == ["trailing"])
        #expect(probe.questions.isEmpty)
        #expect(judgement.answer == nil)
    }

    @Test("a rule about an answer does not match while there is none")
    func noVerdictFromAbsence() async throws {
        let route = try GuardFixture.route(replacing: [
            (
                "{detector: feature-squeezing, above: {raw: 1.0}}",
                "{not: {detector: feature-squeezing, above: {raw: 1.0}}}"
            )
        ])
        let probe = ScriptedProbe.fickle()
        let (judgement, _) = try await GuardFixture.judge(route, body: GuardFixture.picture(), probe: probe)
        #expect(judgement.verdict.kind == .forward)
        #expect(probe.questions.count == 3)
    }

    @Test("a sanitizing pipeline costs one more call, for the answer that copies are compared with")
    func reference() async throws {
        let route = try GuardFixture.route(replacing: [
            (
                "forward: {pixels: sanitized, format: png}",
                "forward: {pixels: sanitized, format: png, pipeline: [\"median(3)\"]}"
            )
        ])
        let probe = ScriptedProbe.steady()
        let (judgement, _) = try await GuardFixture.judge(route, body: GuardFixture.picture(), probe: probe)
        #expect(judgement.copies.map(\.name) == ["reference", "bit-depth(1)", "median(2)"])
        #expect(probe.questions.count == 4)
    }

    @Test("original pixels go on byte for byte")
    func original() async throws {
        let route = try GuardFixture.route(replacing: [("{pixels: sanitized, format: png}", "{pixels: original}")])
        let probe = ScriptedProbe.steady()
        let body = try GuardFixture.picture()
        let (judgement, _) = try await GuardFixture.judge(route, body: body, probe: probe)
        #expect(probe.questions.first { $0.purpose == .forwarded }?.body == body)
        #expect(judgement.forwarded?.pixels == "original")
        #expect(judgement.copies.count == 2)
    }

    @Test("equal pixels get equal noise under one key, other noise under another")
    func randomness() async throws {
        let route = try GuardFixture.route(replacing: [
            ("format: png}", "format: png, pipeline: [\"gaussian-noise(0.03)\"]}")
        ])
        func forwardedHash(seed: UInt8) async throws -> String? {
            let (judgement, _) = try await GuardFixture.judge(
                route, body: GuardFixture.picture(), probe: .steady(), seed: seed)
            return judgement.forwarded?.sha256
        }
        let first = try await forwardedHash(seed: 1)
        let second = try await forwardedHash(seed: 1)
        let other = try await forwardedHash(seed: 2)
        #expect(first == second)
        #expect(first != other)
    }
}

@Suite("RequestGuard when something fails")
struct RequestGuardFailureTests {
    @Test("a body that is no image is what the policy says, and the model is not asked")
    func undecodable() async throws {
        let probe = ScriptedProbe.steady()
        let (judgement, _) = try await GuardFixture.judge(
            GuardFixture.route(), body: Array("not an image".utf8), probe: probe)
        #expect(judgement.verdict.kind == .reject)
        #expect(judgement.verdict.reasons == ["failure.undecodable"])
        guard case .undecodable? = judgement.failure else {
            Issue.record("the failure is \(String(describing: judgement.failure))")
            return
        }
        #expect(probe.questions.isEmpty)
    }

    @Test("an image that no encoding makes small enough is a limit, and its own file is not sent instead")
    func tooLargeToForward() async throws {
        let route = try GuardFixture.route(replacing: [
            ("format: png}", "format: png, max_bytes: 1000}")
        ])
        let shape = try #require(PixelShape(width: 64, height: 64, channels: 3))
        var generator = ChaChaGenerator(key: [1])
        let noise = (0..<shape.sampleCount).map { _ in UInt8(truncatingIfNeeded: generator.nextWord()) }
        guard let buffer = PixelBuffer(shape: shape, adopting: noise) else {
            Issue.record("the samples do not fit their shape")
            return
        }
        let body = try ImageEncoder.encode(Image(buffer), as: .png(.stored))
        let probe = ScriptedProbe.steady()
        let (judgement, _) = try await GuardFixture.judge(route, body: body, probe: probe)
        #expect(probe.questions.isEmpty)
        #expect(judgement.verdict.kind == .reject)
        guard case .undecodable(.overLimit(.forwardedBytes, _, 1000))? = judgement.failure else {
            Issue.record("the failure is \(String(describing: judgement.failure))")
            return
        }
    }

    @Test("a policy that lets undecodable bodies through does not send an image on that decodes and grew too large")
    func tooLargeIsNotUndecodable() async throws {
        let route = try GuardFixture.route(replacing: [
            ("format: png}", "format: png, max_bytes: 1000}"), ("undecodable: reject", "undecodable: forward"),
        ])
        let shape = try #require(PixelShape(width: 64, height: 64, channels: 3))
        var generator = ChaChaGenerator(key: [1])
        let noise = (0..<shape.sampleCount).map { _ in UInt8(truncatingIfNeeded: generator.nextWord()) }
        guard let buffer = PixelBuffer(shape: shape, adopting: noise) else {
            Issue.record("the samples do not fit their shape")
            return
        }
        let body = try ImageEncoder.encode(Image(buffer), as: .png(.stored))
        let probe = ScriptedProbe.steady()
        let (judgement, _) = try await GuardFixture.judge(route, body: body, probe: probe)
        #expect(probe.questions.isEmpty)
        #expect(judgement.answer == nil)
    }

    private static let farRegion: (String, String) = (
        "scores: auto",
        "regions: {amount: {x: 100, y: 0, width: 5, height: 5, pipeline: [\"median(2)\"]}}\n    scores: auto"
    )

    @Test("a page on which nothing of a region lies is undecodable, enforced or watched")
    func regionOutside() async throws {
        let probe = ScriptedProbe.steady()
        let (enforced, _) = try await GuardFixture.judge(
            GuardFixture.route(replacing: [Self.farRegion]), body: GuardFixture.picture(), probe: probe)
        #expect(enforced.verdict.kind == .reject)
        #expect(enforced.verdict.reasons == ["failure.undecodable"])
        #expect(probe.questions.isEmpty)
        let watching = try GuardFixture.route(replacing: [("mode: enforce", "mode: monitor"), Self.farRegion])
        let (watched, early) = try await GuardFixture.judge(
            watching, body: GuardFixture.picture(), probe: ScriptedProbe.steady())
        #expect(early.judgements.first?.answer?.status == 200)
        #expect(watched.wouldBe?.kind == .reject)
        #expect(watched.degradedCause == nil)
        guard case .undecodable? = watched.failure else {
            Issue.record("the failure is \(String(describing: watched.failure))")
            return
        }
    }

    @Test("a region's pipeline changes what the model gets there and nowhere else")
    func regionInside() async throws {
        let probe = ScriptedProbe.steady()
        let region = (
            "scores: auto",
            "regions: {box: {x: 0, y: 0, width: 4, height: 4, pipeline: [\"bit-depth(1)\"]}}\n    scores: auto"
        )
        _ = try await GuardFixture.judge(
            GuardFixture.route(replacing: [region]), body: GuardFixture.picture(), probe: probe)
        let sent = try #require(probe.questions.first { $0.purpose == .forwarded })
        let decoder = ImageDecoder(
            limits: try GuardFixture.route().decodeLimits, options: DecodeOptions(orientation: .ignore))
        let before = try decoder.decode(GuardFixture.picture(), cancellation: CancellationFlag()).image
        let after = try decoder.decode(sent.body, cancellation: CancellationFlag()).image
        let changed = before.withSamples { old in
            after.withSamples { new in (0..<old.count).filter { old[$0] != new[$0] } }
        }
        #expect(!changed.isEmpty)
        #expect(changed.allSatisfy { $0 / 48 < 4 && $0 % 48 < 12 })
    }

    @Test("a policy may send an undecodable body on, byte for byte")
    func undecodableForwarded() async throws {
        let route = try GuardFixture.route(replacing: [("undecodable: reject", "undecodable: forward")])
        let probe = ScriptedProbe.steady()
        let body = Array("not an image".utf8)
        let (judgement, _) = try await GuardFixture.judge(route, body: body, probe: probe)
        #expect(judgement.verdict.kind == .forward)
        #expect(judgement.answer?.status == 200)
        #expect(probe.questions.map(\.body) == [body])
    }

    @Test("a used-up call budget makes the request degraded, never a weaker forward unsaid")
    func exhausted() async throws {
        let (judgement, _) = try await GuardFixture.judge(
            GuardFixture.route(), body: GuardFixture.picture(), probe: .steady(),
            budget: CallBudget(concurrentCopies: 1))
        #expect(judgement.verdict.kind == .flag)
        #expect(judgement.verdict.reasons == ["failure.call-budget"])
        #expect(judgement.degradedCause == "call-budget")
        #expect(judgement.answer?.status == 200)
    }

    @Test("the budget is whole again after a request, however it ended")
    func budgetIsReturned() async throws {
        let budget = CallBudget(concurrentCopies: 2)
        for probe in [ScriptedProbe.steady(), .fickle(), ScriptedProbe { _ in .failure(.timedOut) }] {
            _ = try await GuardFixture.judge(
                GuardFixture.route(), body: GuardFixture.picture(), probe: probe, budget: budget)
            #expect(budget.tryAcquire(2))
            budget.release(2)
        }
    }

    @Test(
        "a copy without an answer makes the request degraded",
        arguments: [(ProbeError.timedOut, "copy-timeout"), (.broken(detail: "reset"), "copy-failed")])
    func copyFails(error: ProbeError, cause: String) async throws {
        let probe = ScriptedProbe { question in
            question.purpose == .copy(index: 2, total: 2)
                ? .failure(error) : .success(jsonAnswer(#"{"cat": 0.9, "dog": 0.1}"#))
        }
        let (judgement, _) = try await GuardFixture.judge(
            GuardFixture.route(), body: GuardFixture.picture(), probe: probe)
        #expect(judgement.degradedCause == cause)
        #expect(judgement.verdict.kind == .flag)
    }

    @Test("a copy that is answered with an error status counts as unanswered")
    func copyErrorStatus() async throws {
        let probe = ScriptedProbe { question in
            question.purpose == .forwarded
                ? .success(jsonAnswer(#"{"cat": 0.9, "dog": 0.1}"#)) : .success(jsonAnswer("{}", status: 503))
        }
        let (judgement, _) = try await GuardFixture.judge(
            GuardFixture.route(), body: GuardFixture.picture(), probe: probe)
        #expect(judgement.degradedCause == "copy-failed")
    }

    @Test(
        "a silent model is an error of its own, not a verdict",
        arguments: [ProbeError.timedOut, .unreachable(detail: "refused")])
    func silentModel(error: ProbeError) async throws {
        let (judgement, _) = try await GuardFixture.judge(
            GuardFixture.route(), body: GuardFixture.picture(), probe: ScriptedProbe { _ in .failure(error) })
        #expect(judgement.failure == .model(error))
        #expect(judgement.answer == nil)
    }

    @Test("an error answer of the model is passed on as it came")
    func errorAnswer() async throws {
        let (judgement, _) = try await GuardFixture.judge(
            GuardFixture.route(), body: GuardFixture.picture(),
            probe: ScriptedProbe { _ in .success(jsonAnswer("{\"error\":\"busy\"}", status: 503)) })
        #expect(judgement.verdict.kind == .forward)
        #expect(judgement.answer?.status == 503)
        #expect(judgement.failure == nil)
    }

    @Test("an answer without scores is what the policy says, where a detector needs them")
    func scoresMissing() async throws {
        let (judgement, _) = try await GuardFixture.judge(
            GuardFixture.route(), body: GuardFixture.picture(), probe: .steady(#"{"ok": "yes"}"#))
        #expect(judgement.verdict.reasons == ["failure.scores-missing"])
        #expect(judgement.verdict.kind == .flag)
    }

    @Test("a deadline that has passed ends the trip")
    func deadline() async throws {
        let (judgement, _) = try await GuardFixture.judge(
            GuardFixture.route(), body: GuardFixture.picture(), probe: .steady(),
            deadline: .now.advanced(by: .seconds(-1)))
        #expect(judgement.failure == .deadline)
    }

    @Test("a cancelled task ends the trip without asking the model")
    func cancelled() async throws {
        let route = try GuardFixture.route()
        let body = try GuardFixture.picture()
        let probe = ScriptedProbe.steady()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await GuardFixture.judge(route, body: body, probe: probe).0
        }
        task.cancel()
        let judgement = try await task.value
        #expect(judgement.failure == .cancelled)
        #expect(probe.questions.isEmpty)
    }
}

@Suite("Shortfalls")
struct ShortfallTests {
    @Test(
        "raise a verdict where they are worse, and are always named",
        arguments: [
            (VerdictKind.forward, VerdictKind.flag, VerdictKind.flag, ["failure.call-budget", "rule"]),
            (.reject, .flag, .reject, ["rule", "failure.call-budget"]),
            (.forward, .forward, .forward, ["rule", "failure.call-budget"]),
        ])
    func raise(rules: VerdictKind, policy: VerdictKind, expected: VerdictKind, reasons: [String]) {
        let verdict = DecideStage.raise(
            Verdict(kind: rules, reasons: ["rule"], line: 3), by: [Shortfall(cause: "call-budget", verdict: policy)])
        #expect(verdict.kind == expected)
        #expect(verdict.reasons == reasons)
    }
}

@Suite("InspectStage")
struct InspectStageTests {
    @Test(
        "reads the media type without parameters, in lower case",
        arguments: [
            ("image/PNG", "image/png"), (" image/jpeg ; q=1", "image/jpeg"), ("image/png;", "image/png"), (";", nil),
            ("", nil), (nil, nil), ("  ", nil),
        ] as [(String?, String?)])
    func mediaType(header: String?, expected: String?) {
        #expect(InspectStage.mediaType(of: header) == expected)
    }
}
