import AdmissionPolicy
import AdversarialDetectors
import GuardPipeline
import ImageCodecs
import PixelCore

/// What `inspect` found out about one file.
struct Inspection: Sendable {
    /// As it was given.
    let file: String
    /// Encoded bytes; nil when the file could not be read.
    var bytes: Int?
    /// The decoded image; nil when there is none.
    var decoded: DecodedImage?
    /// What the policy would do; nil when the file could not be read.
    var verdict: Verdict?
    /// What the detectors found, in the order of the policy.
    var signals: [Signal] = []
    /// Detectors that did not run, and why.
    var notRun: [(detector: String, why: String)] = []
    /// What the model was asked about besides the client's answer.
    var copies: [JudgedCopy] = []
    /// What the model reads in the forwarded image; nil when it was not asked or gave no scores.
    var label: String?
    /// Its smallest top probability.
    var confidence: Double?
    /// A check that was due and did not happen; nil when all did.
    var degraded: String?
    /// Why the file could not be read or decoded, or the model not asked; nil when all went well.
    var error: String?

    /// Nothing is known yet.
    init(file: String) { self.file = file }

    /// True when nothing calls for attention: readable, decodable, every due check made, and forwarded.
    var isFine: Bool { error == nil && degraded == nil && verdict?.kind == .forward }
}

/// Runs files through the very stages that requests run through.
struct Inspector: Sendable {
    /// For the record.
    let policy: PolicyPlan
    /// The route that stands for all files.
    let route: RoutePlan
    /// Makes the probe that asks the model about files of a media type; nil when no model is asked.
    let makeProbe: (@Sendable (_ mediaType: String) -> any ClassifierProbe)?
    private let requestGuard: RequestGuard

    /// An inspector that reads scores by `reader`.
    init(
        policy: PolicyPlan, route: RoutePlan, reader: any AnswerReader,
        makeProbe: (@Sendable (_ mediaType: String) -> any ClassifierProbe)?
    ) {
        self.policy = policy
        self.route = route
        self.makeProbe = makeProbe
        requestGuard = RequestGuard(
            key: .ephemeral(), budget: CallBudget(concurrentCopies: max(1, route.extraCalls)), reader: reader)
    }

    /// What is to be said about the file at `path`. Never throws: what cannot be read is a finding.
    func inspect(_ path: String) async -> Inspection {
        var inspection = Inspection(file: path)
        let limit = min(route.bodyBytes, ImagePath.limitBytes)
        switch BoundedFile.read(path, limit: limit) {
        case .failure(let error):
            inspection.error = error.reason
        case .success(let bytes):
            inspection.bytes = bytes.count
            inspection.decoded = decode(bytes, &inspection)
            if let makeProbe {
                let mediaType = ImagePath.mediaType(path) ?? inspection.decoded?.facts.format.mediaType
                await ask(bytes, makeProbe(mediaType ?? "application/octet-stream"), path, &inspection)
            } else {
                inspectAlone(path, &inspection)
            }
        }
        return inspection
    }

    private func decode(_ bytes: [UInt8], _ inspection: inout Inspection) -> DecodedImage? {
        do throws(CodecError) {
            let decoder = ImageDecoder(limits: route.decodeLimits, options: route.decodeOptions)
            return try decoder.decode(bytes, cancellation: CancellationFlag())
        } catch {
            inspection.error = CodecText.reason(error)
            inspection.verdict = Verdict(kind: route.failures.undecodable, reasons: ["failure.undecodable"], line: nil)
            return nil
        }
    }

    /// The whole way through, with a model.
    private func ask(
        _ bytes: [UInt8], _ probe: any ClassifierProbe, _ path: String, _ inspection: inout Inspection
    ) async {
        let request = InspectionRequest(
            route: route, body: bytes, contentType: ImagePath.mediaType(path), client: "inspect", nowSeconds: 0,
            deadline: ContinuousClock.now.advanced(by: .seconds(300)))
        let judgement = await requestGuard.run(request, probe: probe) { _ in }
        inspection.verdict = judgement.wouldBe ?? judgement.verdict
        inspection.signals = judgement.signals
        inspection.copies = judgement.copies
        inspection.label = judgement.label
        inspection.confidence = judgement.confidence
        inspection.degraded = judgement.degradedCause
        if inspection.error == nil { inspection.error = judgement.failure.flatMap(Self.reason) }
        if let answer = judgement.answer, !answer.isSuccess, inspection.error == nil {
            inspection.error = "the model answered \(answer.status)"
        }
        for planned in route.detectors
        where !judgement.signals.contains(where: { $0.detector == planned.descriptor.name }) {
            let why = inspection.decoded == nil ? "there is no decoded image" : judgement.degradedCause
            inspection.notRun.append((planned.descriptor.name, why ?? "it was decided before the model was asked"))
        }
    }

    /// Without a model: what pixels and container say, and the rules over that.
    private func inspectAlone(_ path: String, _ inspection: inout Inspection) {
        guard let decoded = inspection.decoded else { return }
        let subject = DetectorSubject(
            image: decoded.image, facts: decoded.facts, declaredType: ImagePath.mediaType(path), route: route.name,
            nowSeconds: 0)
        for planned in route.detectors {
            do throws(DetectorError) {
                if let signal = try planned.detector.inspect(subject) {
                    inspection.signals.append(signal)
                } else {
                    inspection.notRun.append((planned.descriptor.name, "it needs a model: give --upstream or --model"))
                }
            } catch {
                inspection.notRun.append((planned.descriptor.name, "it failed: \(error)"))
                inspection.degraded = "detector-failed"
            }
        }
        inspection.verdict = route.decideBeforeAsking(
            DecisionInput(
                signals: inspection.signals, facts: decoded.facts, pixels: decoded.image.shape.pixelCount, answer: nil))
    }

    private static func reason(_ failure: GuardFailure) -> String? {
        switch failure {
        case .undecodable(let error): CodecText.reason(error)
        case .model(let error): ProbeText.reason(error)
        case .cancelled: "cancelled"
        case .malfunction(let detail): "a malfunction: \(detail)"
        case .deadline: "it took too long"
        }
    }
}
