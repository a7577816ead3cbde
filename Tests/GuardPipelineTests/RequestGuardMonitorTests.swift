import AdmissionPolicy
import AdversarialDetectors
import ImageCodecs
import PixelCore
import Testing

@testable import GuardPipeline

@Suite("RequestGuard monitoring")
struct RequestGuardMonitorTests {
    private func monitored(_ edits: [(String, String)] = []) throws -> RoutePlan {
        try GuardFixture.route(replacing: [("mode: enforce", "mode: monitor")] + edits)
    }

    @Test("the client's bytes go on, its answer comes back once, and the verdict is only recorded")
    func recordsWouldBe() async throws {
        let body = try GuardFixture.picture()
        let probe = ScriptedProbe.fickle()
        let route = try monitored([("{pixels: sanitized, format: png}", "{pixels: original}")])
        let (judgement, early) = try await GuardFixture.judge(route, body: body, probe: probe)
        #expect(early.judgements.count == 1)
        #expect(early.judgements.first?.verdict.kind == .forward)
        #expect(early.judgements.first?.answer?.status == 200)
        #expect(early.judgements.first?.label == "cat")
        #expect(early.judgements.first?.signals.map(\.detector) == ["container-integrity"])
        #expect(judgement.verdict.kind == .forward)
        #expect(judgement.wouldBe?.kind == .divert)
        #expect(judgement.forwarded?.pixels == "original")
        #expect(probe.questions.first { $0.purpose == .forwarded }?.body == body)
    }

    @Test("what enforcing would compare with is asked for, since the client's answer is to other bytes")
    func reference() async throws {
        let probe = ScriptedProbe.fickle()
        let (judgement, _) = try await GuardFixture.judge(monitored(), body: GuardFixture.picture(), probe: probe)
        #expect(judgement.copies.map(\.name) == ["reference", "bit-depth(1)", "median(2)"])
        // All copies agree with one another here, whatever the client was answered.
        #expect(judgement.wouldBe?.kind == .forward)
    }

    @Test("what would have been rejected early is forwarded and said at once")
    func wouldReject() async throws {
        let (judgement, early) = try await GuardFixture.judge(
            monitored(), body: GuardFixture.picture() + [0], probe: .steady())
        #expect(early.judgements.map { $0.wouldBe?.kind } == [.reject])
        #expect(judgement.answer?.status == 200)
    }

    @Test("an undecodable body still reaches the model")
    func undecodable() async throws {
        let (judgement, early) = try await GuardFixture.judge(
            monitored(), body: Array("GIF89a".utf8), probe: .steady())
        #expect(early.judgements.count == 1)
        #expect(judgement.verdict.kind == .forward)
        #expect(judgement.wouldBe?.kind == .reject)
        #expect(judgement.answer?.status == 200)
    }

    @Test("a silent model is reported once, and no copies are asked")
    func silentModel() async throws {
        let probe = ScriptedProbe { _ in .failure(.timedOut) }
        let (judgement, early) = try await GuardFixture.judge(monitored(), body: GuardFixture.picture(), probe: probe)
        #expect(early.judgements.map(\.failure) == [.model(.timedOut)])
        #expect(judgement.failure == .model(.timedOut))
        #expect(probe.copies.isEmpty)
    }

    @Test("an answer that the client had coded is judged by one to the same pixels that can be read")
    func codedAnswer() async throws {
        let route = try monitored([("{pixels: sanitized, format: png}", "{pixels: original}")])
        let probe = ScriptedProbe { question in
            switch question.purpose {
            case .forwarded:
                .success(ProbeAnswer(status: 200, headers: [("Content-Encoding", "gzip")], body: [0x1F, 0x8B]))
            case .copy(index: 1, _): .success(jsonAnswer(#"{"cat": 0.9, "dog": 0.1}"#))
            case .copy: .success(jsonAnswer(#"{"cat": 0.1, "dog": 0.9}"#))
            }
        }
        let (judgement, early) = try await GuardFixture.judge(route, body: GuardFixture.picture(), probe: probe)
        #expect(early.judgements.first?.answer?.body == [0x1F, 0x8B])
        #expect(judgement.copies.first?.name == "reference")
        #expect(judgement.wouldBe?.kind == .divert)
        #expect(judgement.label == "cat")
    }

    @Test("a rule about the label is judged on a coded answer too, though no detector asks for copies")
    func codedAnswerForRules() async throws {
        let route = try monitored([
            ("{pixels: sanitized, format: png}", "{pixels: original}"),
            ("{use: feature-squeezing, squeezers: [\"bit-depth(1)\", \"median(2)\"]}", "near-duplicates"),
            ("{detector: feature-squeezing, above: {raw: 1.0}}", "{label: [cat]}"),
        ])
        let probe = ScriptedProbe { question in
            question.purpose == .forwarded
                ? .success(ProbeAnswer(status: 200, headers: [("Content-Encoding", "br")], body: [1]))
                : .success(jsonAnswer(#"{"cat": 0.9, "dog": 0.1}"#))
        }
        let (judgement, _) = try await GuardFixture.judge(route, body: GuardFixture.picture(), probe: probe)
        #expect(judgement.wouldBe?.kind == .divert)
        #expect(judgement.degradedCause == nil)
    }

    @Test("a reference that gets no answer in time is what the record names")
    func codedAnswerWithoutReference() async throws {
        let route = try monitored([("{pixels: sanitized, format: png}", "{pixels: original}")])
        let probe = ScriptedProbe { question in
            question.purpose == .forwarded
                ? .success(ProbeAnswer(status: 200, headers: [("Content-Encoding", "br")], body: [1]))
                : .failure(.timedOut)
        }
        let (judgement, _) = try await GuardFixture.judge(route, body: GuardFixture.picture(), probe: probe)
        #expect(judgement.degradedCause == "copy-timeout")
    }

    @Test("an error answer is not compared with anything")
    func errorAnswer() async throws {
        let probe = ScriptedProbe { _ in .success(jsonAnswer("busy", status: 500)) }
        let (judgement, _) = try await GuardFixture.judge(monitored(), body: GuardFixture.picture(), probe: probe)
        #expect(probe.copies.isEmpty)
        #expect(judgement.answer?.status == 500)
    }
}
