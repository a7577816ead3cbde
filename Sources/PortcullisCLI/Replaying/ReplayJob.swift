import AdmissionPolicy
import AdversarialDetectors
import ClassifierProtocols
import GuardPipeline
import ImageCodecs
import ImageDefenses
import PixelCore
import RobustnessEvaluation

/// Computes again what a record says about an image.
struct ReplayJob: Sendable {
    let event: RecordedEvent
    /// In the mode of the record.
    let route: RoutePlan
    /// The image's bytes.
    let bytes: [UInt8]
    /// What the client declared; nil when that is not known.
    let declaredType: String?
    /// Asks the model; nil without one.
    let makeProbe: (@Sendable (_ mediaType: String) -> any ClassifierProbe)?
    /// The deployment's own; nil without one.
    let key: DeploymentKey?

    /// Scores without a model call are exact; answers come as decimal text, by way of threads that add in any order.
    private static let exact = 1e-12
    private static let ofAnswers = 1e-6
    private static let mismatch = "declared-type-mismatch"

    /// Every value of the record beside what it comes to now. Throws when a model was named and gives no answer.
    func run() async throws(CommandFailure) -> [ReplayedValue] {
        makeProbe == nil ? withoutModel() : try await withModel()
    }

    // MARK: With a model

    private func withModel() async throws(CommandFailure) -> [ReplayedValue] {
        guard let makeProbe else { return [] }
        let requestGuard = RequestGuard(
            key: key ?? .ephemeral(), budget: CallBudget(concurrentCopies: max(1, route.extraCalls)),
            reader: HTTPAnswerReader())
        let judge = ImageJudge(
            route: key == nil ? route.withGate(event.gate) : route, requestGuard: requestGuard, makeProbe: makeProbe)
        let judgement = await judge.judge(bytes, mediaType: declaredType ?? sniffedType)
        if let failure = judgement.failure, !isUndecodable(failure) {
            throw .unreachable("nothing can be compared: \(FailureText.reason(failure))")
        }
        if let answer = judgement.answer, !answer.isSuccess {
            throw .unreachable("nothing can be compared: the model answered \(answer.status); is --path the right one?")
        }
        var values = findings(judgement.signals, isAsked: true)
        let areAllComparable = !values.contains { value in
            if case .incomparable = value.status { return true }
            return false
        }
        if event.combined != nil || judgement.combined != nil {
            values.append(
                areAllComparable || isComparableWithoutMemory
                    ? ReplayedValue(
                        "combined p-value", recorded: event.combined, now: judgement.combined?.pValue,
                        tolerance: Self.ofAnswers)
                    : ReplayedValue(
                        "combined p-value", recorded: event.combined.map { "\($0)" },
                        why: "some detector that takes part cannot be compared"))
        }
        values.append(gate(judgement.gate))
        values.append(contentsOf: answer(judgement))
        values.append(ReplayedValue("degraded", recorded: event.degraded, now: judgement.degradedCause))
        let verdict = judgement.wouldBe ?? judgement.verdict
        values.append(self.verdict(verdict))
        return values.filter { $0.recorded != nil || $0.now != nil }
    }

    private func isUndecodable(_ failure: GuardFailure) -> Bool {
        if case .undecodable = failure { return true }
        return false
    }

    private func gate(_ outcome: TierGate.Outcome?) -> ReplayedValue {
        let isDrawn = route.gate.map { $0.sample > 0 && $0.sample < 1 } ?? false
        if isDrawn, key == nil {
            return ReplayedValue(
                "gate", recorded: event.gate?.rawValue, why: "its draw takes --key-file; left as recorded")
        }
        return ReplayedValue(
            "gate", recorded: event.gate?.rawValue, now: key == nil ? event.gate?.rawValue : outcome?.rawValue)
    }

    private func answer(_ judgement: Judgement) -> [ReplayedValue] {
        if !route.forward.pipeline.isDeterministic, key == nil, route.mode == .enforce {
            return [ReplayedValue("label", recorded: event.label, why: "the forwarded copy is random: give --key-file")]
        }
        return [
            ReplayedValue("label", recorded: event.label, now: judgement.label),
            ReplayedValue(
                "confidence", recorded: event.confidence, now: judgement.confidence, tolerance: Self.ofAnswers),
        ]
    }

    // MARK: Without a model

    private func withoutModel() -> [ReplayedValue] {
        let decoded: DecodedImage
        do throws(CodecError) {
            decoded = try ImageDecoder(limits: route.decodeLimits, options: route.decodeOptions)
                .decode(bytes, cancellation: CancellationFlag())
        } catch {
            return [
                ReplayedValue("failure", recorded: event.failure, now: "undecodable"),
                ReplayedValue(
                    "verdict", recorded: event.verdict?.rawValue, now: route.failures.undecodable.rawValue),
            ]
        }
        let subject = DetectorSubject(
            image: decoded.image, facts: decoded.facts, declaredType: declaredType ?? sniffedType, route: route.name,
            nowSeconds: 0)
        let signals = route.detectors.compactMap { planned in
            ((try? planned.detector.inspect(subject)) ?? nil).map(route.calibrated)
        }
        return findings(signals, isAsked: false) + decide(signals, decoded)
    }

    /// The verdict from what was computed again and, for the rest, from what was recorded.
    private func decide(_ signals: [Signal], _ decoded: DecodedImage) -> [ReplayedValue] {
        var merged = signals.filter { status(of: $0.detector, isAsked: false) == nil }
        for finding in event.findings where !merged.contains(where: { $0.detector == finding.detector }) {
            var signal = Signal(
                detector: finding.detector, score: finding.score ?? .infinity, findings: finding.findings)
            signal.pValue = finding.pValue
            merged.append(signal)
        }
        let asked = Set(route.detectors.filter { $0.descriptor.tier > 0 }.map(\.descriptor.name))
        let isAsked = event.findings.contains { asked.contains($0.detector) } || asked.isEmpty
        let combined = route.combined(merged, asked: isAsked)
        let input = DecisionInput(
            signals: merged, facts: decoded.facts, pixels: decoded.image.shape.pixelCount, answer: recordedAnswer,
            combined: combined)
        let early = route.decideBeforeAsking(
            DecisionInput(
                signals: merged.filter { !asked.contains($0.detector) }, facts: decoded.facts, pixels: input.pixels,
                answer: nil, combined: route.combined(merged.filter { !asked.contains($0.detector) }, asked: false)))
        let byRules = early.kind >= .divert ? early : route.decide(input)
        let values = [
            ReplayedValue("combined p-value", recorded: event.combined, now: combined?.pValue, tolerance: Self.exact),
            ReplayedValue(
                "verdict", recorded: event.verdict?.rawValue,
                now: (early.kind >= .divert ? early : raised(byRules)).kind.rawValue),
        ]
        return values.filter { $0.recorded != nil || $0.now != nil }
    }

    /// What was not done then weighs as it did then.
    private func raised(_ verdict: Verdict) -> Verdict {
        guard let degraded = event.degraded else { return verdict }
        let worst =
            switch degraded {
            case "scores-missing": route.failures.scoresMissing
            case "detector-failed": route.failures.detector
            default: route.failures.degraded
            }
        return worst > verdict.kind ? Verdict(kind: worst, reasons: event.reasons, line: nil) : verdict
    }

    /// The recorded label and confidence as an answer that rules can look at.
    private var recordedAnswer: ModelAnswer? {
        guard let label = event.label, let confidence = event.confidence else { return nil }
        let vectors = label.split(separator: ",", omittingEmptySubsequences: false)
            .compactMap { ScoreVector(labels: [String($0)], values: [confidence]) }
        return vectors.isEmpty ? nil : ModelAnswer(vectors: vectors)
    }

    // MARK: Comparisons

    private func findings(_ signals: [Signal], isAsked: Bool) -> [ReplayedValue] {
        var values: [ReplayedValue] = []
        for planned in route.detectors {
            let name = planned.descriptor.name
            let recorded = event.findings.first { $0.detector == name }
            let now = signals.first { $0.detector == name }
            if recorded == nil, now == nil { continue }
            if let why = status(of: name, isAsked: isAsked) {
                values.append(ReplayedValue("\(name) score", recorded: recorded?.score.map { "\($0)" }, why: why))
                continue
            }
            let tolerance = planned.descriptor.tier == 0 ? Self.exact : Self.ofAnswers
            values.append(
                ReplayedValue(
                    "\(name) score", recorded: recorded?.score, now: (now?.score).flatMap { $0.isFinite ? $0 : nil },
                    tolerance: tolerance))
            values.append(
                ReplayedValue("\(name) p-value", recorded: recorded?.pValue, now: now?.pValue, tolerance: tolerance))
            values.append(
                ReplayedValue(
                    "\(name) findings", recorded: Self.words(recorded?.findings), now: Self.words(now?.findings)))
        }
        for finding in event.findings
        where !route.detectors.contains(where: { $0.descriptor.name == finding.detector }) {
            values.append(
                ReplayedValue(
                    "\(finding.detector) score", recorded: finding.score.map { "\($0)" } ?? "not finite", now: nil))
        }
        return values.filter { $0.recorded != nil || $0.now != nil }
    }

    private static func words(_ findings: [String]?) -> String? {
        (findings?.isEmpty ?? true) ? nil : findings?.joined(separator: " ")
    }

    /// Why what `detector` found cannot be computed again; nil when it can.
    private func status(of detector: String, isAsked: Bool) -> String? {
        guard let planned = route.detectors.first(where: { $0.descriptor.name == detector }) else { return nil }
        if !planned.descriptor.isCalibrated { return "it depends on the requests before" }
        if planned.descriptor.tier > 0, !isAsked { return "it takes a model: give --upstream" }
        if key == nil, planned.detector.copyRounds.joined().contains(where: { !$0.pipeline.isDeterministic }) {
            return "its copies are random: give --key-file"
        }
        let recorded = event.findings.first { $0.detector == detector }
        if declaredType == nil, recorded?.findings.contains(Self.mismatch) == true {
            return "the record does not keep what the client declared: give --content-type"
        }
        return nil
    }

    /// True when all that cannot be compared takes no part in the combination.
    private var isComparableWithoutMemory: Bool {
        route.detectors.allSatisfy {
            !$0.descriptor.isCalibrated || status(of: $0.descriptor.name, isAsked: true) == nil
        }
    }

    /// The verdict with the model asked; not comparable where a rule looks at what is not.
    private func verdict(_ verdict: Verdict) -> ReplayedValue {
        let value = ReplayedValue("verdict", recorded: event.verdict?.rawValue, now: verdict.kind.rawValue)
        guard value.status == .different else { return value }
        let because = route.detectors.map(\.descriptor.name).filter { name in
            status(of: name, isAsked: true) != nil && route.rulesLook(at: name)
        }
        guard let first = because.first else { return value }
        return ReplayedValue("verdict", recorded: event.verdict?.rawValue, why: "a rule looks at \(first), see above")
    }

    private var sniffedType: String? {
        ImageSniffer.detect(Array(bytes.prefix(ImageSniffer.prefixBytes)).span).imageFormat?.mediaType
    }
}
