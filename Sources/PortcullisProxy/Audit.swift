internal import AdmissionPolicy
internal import AdversarialDetectors
internal import AuditTrail
internal import GuardPipeline
internal import ImageCodecs
internal import NIOCore
internal import PixelCore

/// Facts about one request that every stage adds to; what its record is made from.
struct Trip {
    /// The id that the client is given, and of the record.
    let id: AuditID
    /// When the head was complete, by the monotonic clock.
    let start: NIODeadline
    /// From when the time for the body counts: the start, moved on by what the upstream made it wait.
    var bodyStart: NIODeadline
    /// Where it goes; nil for a request that never got that far.
    var destination: Destination?
    /// Bytes of body that came.
    var requestBytes = 0
    /// When the last byte of the body was in.
    var readEnd: NIODeadline?
    /// When the client's question went to the upstream.
    var upstreamStart: NIODeadline?
    /// How long its answer took; for the overhead that is Portcullis's own.
    var upstreamNanoseconds = 0
    /// True once the one decision or pass-through record is handed over.
    var isRecorded = false
    /// True when the method is HEAD, whose answers have no body; known before anything can be refused.
    var isHead = false

    /// A request that arrived now.
    init(id: AuditID, start: NIODeadline) {
        self.id = id
        self.start = start
        bodyStart = start
    }
}

/// Stage 10: one record for every trip.
struct Audit {
    let shared: ProxyShared

    /// A request that streams through, with the status its client gets. `reason` is set when that is of note.
    func passed(_ trip: Trip, client: AuditRecord.Client, status: Int?, reason: String?, now: NIODeadline)
        -> AuditRecord
    {
        var record = base(.passthrough, trip, client: client, status: status)
        if let reason { record.reasonCodes = [reason] }
        record.timings.total = Self.milliseconds(from: trip.start, to: now)
        return record
    }

    /// A request that was refused, or failed, before or without a judgement.
    func refused(
        _ trip: Trip, client: AuditRecord.Client, status: Int?, cause: String, now: NIODeadline
    ) -> AuditRecord {
        var record = base(.decision, trip, client: client, status: status)
        record.verdict = VerdictKind.reject.rawValue
        record.reasonCodes = ["request.\(cause)"]
        record.failure = AuditRecord.Failure(cause: cause)
        record.timings.total = Self.milliseconds(from: trip.start, to: now)
        return record
    }

    /// A judged request.
    func judged(
        _ trip: Trip, client: AuditRecord.Client, judgement: Judgement, status: Int?, responseBytes: Int?,
        now: NIODeadline
    ) -> AuditRecord {
        var record = base(.decision, trip, client: client, status: status)
        record.http?.responseBytes = responseBytes
        fill(&record, from: judgement, route: trip.destination?.route)
        record.timings.read = trip.readEnd.flatMap { Self.milliseconds(from: trip.start, to: $0) }
        record.timings.decode = judgement.timings.decode
        record.timings.inspect = judgement.timings.inspect
        record.timings.sanitize = judgement.timings.sanitize
        record.timings.consult = judgement.timings.consult
        record.timings.decide = judgement.timings.decide
        if trip.upstreamNanoseconds > 0 { record.timings.upstream = Double(trip.upstreamNanoseconds) / 1e6 }
        record.timings.total = Self.milliseconds(from: trip.start, to: now)
        return record
    }

    /// What a later tier found after the client was answered.
    func laterTier(_ trip: Trip, judgement: Judgement) -> AuditRecord {
        var record = AuditRecord.outcome(of: trip.id, ending: "later-tier", time: shared.configuration.wallClock())
        fill(&record, from: judgement, route: trip.destination?.route)
        record.images = []
        record.timings.consult = judgement.timings.consult
        return record
    }

    /// A trip whose ending differs from what its record said: `client-gone`, `upstream-truncated`, ….
    func ended(_ trip: Trip, ending: String) -> AuditRecord {
        var record = AuditRecord.outcome(of: trip.id, ending: ending, time: shared.configuration.wallClock())
        record.route = trip.destination?.route?.plan.name
        return record
    }

    private func base(
        _ kind: AuditRecord.Kind, _ trip: Trip, client: AuditRecord.Client, status: Int?
    ) -> AuditRecord {
        // The id holds the time of arrival; the record is stamped when it is made, so that time never steps back.
        var record = AuditRecord(kind: kind, id: trip.id, time: shared.configuration.wallClock())
        record.client = client
        record.policy = shared.policyReference
        if let destination = trip.destination {
            record.route = destination.route?.plan.name
            record.mode = destination.route?.plan.mode.rawValue
            record.http = AuditRecord.Exchange(
                method: destination.method, path: destination.pathText, status: status,
                requestBytes: trip.requestBytes)
        } else {
            // Malformed requests have neither method nor path that could be trusted to a log.
            record.http = AuditRecord.Exchange(method: "", path: "", status: status, requestBytes: trip.requestBytes)
        }
        return record
    }

    private func fill(_ record: inout AuditRecord, from judgement: Judgement, route: RouteEntry?) {
        record.route = route?.plan.name
        record.mode = route?.plan.mode.rawValue
        record.verdict = Self.isCarriedOut(judgement) ? judgement.verdict.kind.rawValue : nil
        record.wouldBeVerdict = judgement.wouldBe?.kind.rawValue
        let deciding = judgement.wouldBe ?? judgement.verdict
        record.reasonCodes = deciding.reasons
        record.policyLine = deciding.line
        record.degraded = judgement.degradedCause
        record.failure = judgement.failure.map(Self.failure)
        record.images = judgement.image.map { [Self.image($0, forwarded: judgement.forwarded)] } ?? []
        record.detectors = judgement.signals.map { Self.finding($0, route: route?.plan) }
        record.combined = judgement.combined.map {
            AuditRecord.Combined(method: $0.method.rawValue, pValue: $0.pValue, statistic: $0.statistic)
        }
        record.calibration = route?.plan.calibration?.sha256
        record.gate = judgement.gate?.rawValue
        record.copies = judgement.copies.map {
            AuditRecord.CopyAnswer(name: $0.name, label: $0.label, milliseconds: $0.milliseconds)
        }
        if judgement.answer != nil || judgement.label != nil {
            record.answer = AuditRecord.Answer(
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

    static func milliseconds(from start: NIODeadline, to end: NIODeadline) -> Double {
        Double((end - start).nanoseconds) / 1e6
    }
}
