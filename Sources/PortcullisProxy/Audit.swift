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
        record.fill(from: judgement, route: trip.destination?.route?.plan)
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
        record.fill(from: judgement, route: trip.destination?.route?.plan)
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

    static func milliseconds(from start: NIODeadline, to end: NIODeadline) -> Double {
        Double((end - start).nanoseconds) / 1e6
    }
}
