package import AdmissionPolicy
internal import AdversarialDetectors
package import AuditTrail
package import GuardPipeline
internal import ImageCodecs
internal import PixelCore

extension AuditRecord {
    /// Takes what the stages made of an image on `route`: verdict, detectors, copies, answer. Identity, client and timings
    /// are the caller's.
    package mutating func fill(from judgement: Judgement, route: RoutePlan?) {
        self.route = route?.name
        mode = route?.mode.rawValue
        verdict = Self.isCarriedOut(judgement) ? judgement.verdict.kind.rawValue : nil
        wouldBeVerdict = judgement.wouldBe?.kind.rawValue
        let deciding = judgement.wouldBe ?? judgement.verdict
        reasonCodes = deciding.reasons
        policyLine = deciding.line
        degraded = judgement.degradedCause
        failure = judgement.failure.map(Self.failure)
        images = judgement.image.map { [Self.image($0, forwarded: judgement.forwarded)] } ?? []
        detectors = judgement.signals.map { Self.finding($0, route: route) }
        combined = judgement.combined.map {
            AuditRecord.Combined(method: $0.method.rawValue, pValue: $0.pValue, statistic: $0.statistic)
        }
        calibration = route?.calibration?.sha256
        gate = judgement.gate?.rawValue
        copies = judgement.copies.map {
            AuditRecord.CopyAnswer(name: $0.name, label: $0.label, milliseconds: $0.milliseconds)
        }
        if judgement.answer != nil || judgement.label != nil {
            answer = AuditRecord.Answer(
                label: judgement.label, confidence: judgement.confidence, status: judgement.answer?.status)
        }
    }

    /// False where the trip ended in an error before anything could be forwarded: then there is no verdict to record.
    private static func isCarriedOut(_ judgement: Judgement) -> Bool {
        if judgement.verdict.kind >= .divert || judgement.answer != nil { return true }
        switch judgement.failure {
        case .model, .deadline, .cancelled: return false
        case .undecodable, .malfunction, nil: return true
        }
    }

    private static func finding(_ signal: Signal, route: RoutePlan?) -> AuditRecord.DetectorFinding {
        let planned = route?.detectors.first { $0.descriptor.name == signal.detector }
        var finding = AuditRecord.DetectorFinding(
            id: signal.detector, version: planned.map { String($0.descriptor.version) },
            tier: planned?.descriptor.tier ?? 0, score: signal.score, findings: signal.findings,
            evidence: signal.evidence.map { ($0.name, $0.value) },
            parameters: planned?.parameters.mapValues(Self.value) ?? [:])
        finding.pValue = signal.pValue
        finding.threshold = route?.threshold(for: signal)
        finding.stratum = signal.stratum.isEmpty ? nil : signal.stratum
        finding.level = signal.level
        finding.boxes = signal.boxes.map { [$0.x, $0.y, $0.width, $0.height] }
        finding.oddestCopy = signal.oddestCopy
        return finding
    }

    private static func value(_ parameter: ParameterValue) -> AuditValue {
        switch parameter {
        case .integer(let number): .integer(number)
        case .real(let number): .number(number)
        case .text(let word): .text(word)
        case .list(let words): .text(words.joined(separator: ", "))
        }
    }

    private static func image(_ image: JudgedImage, forwarded: ForwardedImage?) -> InspectedImage {
        let facts = image.facts
        return InspectedImage(
            sha256: image.bytesSHA256, pixelsSHA256: image.pixelsSHA256, format: facts.format.rawValue,
            width: image.width, height: image.height, channels: image.channels, bytes: facts.encodedBytes,
            facts: InspectedImage.Facts(
                bitDepth: facts.bitDepth, colourModel: facts.colourModel.rawValue, isProgressive: facts.isProgressive,
                scans: facts.scans, frames: facts.frames, orientation: facts.exifOrientation,
                isOrientationApplied: facts.isOrientationApplied, trailingBytes: facts.trailingBytes,
                embedded: facts.embeddedFormats, viewerDifferences: facts.viewerDifferences.map(\.rawValue)),
            forwarded: forwarded.map {
                InspectedImage.Forwarded(
                    pixels: $0.pixels, mediaType: $0.mediaType, encoding: $0.encoding, bytes: $0.bytes,
                    sha256: $0.sha256)
            })
    }

    private static func failure(_ failure: GuardFailure) -> AuditRecord.Failure {
        switch failure {
        case .undecodable(let error): AuditRecord.Failure(cause: "undecodable", detail: "\(error)")
        case .model(let error): AuditRecord.Failure(cause: "model", detail: "\(error)")
        case .malfunction(let detail): AuditRecord.Failure(cause: "malfunction", detail: detail)
        case .deadline: AuditRecord.Failure(cause: "deadline")
        case .cancelled: AuditRecord.Failure(cause: "cancelled")
        }
    }
}
