/// What one line of the audit log says, before the writer gives it a sequence number and its place in the chain.
///
/// The members are those of `docs/audit.md`; a member that is nil or empty is left out of the line.
package struct AuditRecord: Hashable, Sendable {
    /// The schema that the lines follow.
    package static let schema = "portcullis.audit/v1"

    /// What a line is about.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A request that was judged, or refused before it could be.
        case decision
        /// How a trip ended, where its ending differs from its decision record.
        case outcome
        /// A request that no guarded route took.
        case passthrough
        /// The log or the process itself: start, stop, rotation, repair, dropped records; traffic that has drifted.
        case lifecycle
    }

    /// What the line is about.
    package var kind: Kind
    /// The record's own id; a decision's is the request id that the client is given.
    package var id: AuditID
    /// When the record was made. The writer never lets it run behind the line before.
    package var time: AuditTime
    /// The route that took the request.
    package var route: String?
    /// The policy that decided.
    package var policy: PolicyReference?
    /// `monitor` or `enforce`.
    package var mode: String?
    /// Who asked.
    package var client: Client?
    /// What was asked and answered.
    package var http: Exchange?
    /// The images that were judged, in the order of the request.
    package var images: [InspectedImage] = []
    /// What the detectors found, in the order of the policy.
    package var detectors: [DetectorFinding] = []
    /// What the detectors say together; nil without a calibration.
    package var combined: Combined?
    /// SHA-256 of the calibration file that p-values were made by, 64 hex digits.
    package var calibration: String?
    /// Whether the detectors with model calls ran and why: `rule`, `sample`, `margin`, `stakes` or `closed`.
    package var gate: String?
    /// The copies that the model was asked about.
    package var copies: [CopyAnswer] = []
    /// What the model said about what was forwarded.
    package var answer: Answer?
    /// `forward`, `flag`, `divert` or `reject`: what was carried out.
    package var verdict: String?
    /// In monitor mode, what enforcing would have done.
    package var wouldBeVerdict: String?
    /// Stable codes of everything that matched, the deciding one first.
    package var reasonCodes: [String] = []
    /// Line of the deciding rule in the policy file.
    package var policyLine: Int?
    /// The cause, when a check that was due did not happen.
    package var degraded: String?
    /// Why the trip ended early.
    package var failure: Failure?
    /// Which key and purpose the random draws derive from; never the seed.
    package var randomness: Randomness?
    /// Where the time went.
    package var timings = Timings()
    /// Of an outcome: the id of its decision.
    package var of: AuditID?
    /// Of an outcome: `client-gone`, `upstream-failed`, `later-tier`, ….
    package var ending: String?
    /// Of a lifecycle record: `start`, `stop`, `rotation`, `dropped`, `clock-stepped-back`, or a process's own word.
    package var event: String?
    /// Of a lifecycle record: named facts about the event.
    package var details: [String: AuditValue] = [:]

    /// A record of `kind` about which nothing else is known yet.
    package init(kind: Kind, id: AuditID, time: AuditTime) {
        self.kind = kind
        self.id = id
        self.time = time
    }

    /// A lifecycle record with a fresh id.
    package static func lifecycle(
        _ event: String, time: AuditTime, details: [String: AuditValue] = [:]
    ) -> AuditRecord {
        var record = AuditRecord(kind: .lifecycle, id: .make(at: time), time: time)
        record.event = event
        record.details = details
        return record
    }

    /// The ending of the trip that `decision` recorded, with a fresh id.
    package static func outcome(of decision: AuditID, ending: String, time: AuditTime) -> AuditRecord {
        var record = AuditRecord(kind: .outcome, id: .make(at: time), time: time)
        record.of = decision
        record.ending = ending
        return record
    }
}

/// A plain value under a free name.
package enum AuditValue: Hashable, Sendable {
    case text(String)
    case integer(Int)
    /// Written as `null` when it is not finite.
    case number(Double)
    case flag(Bool)
}
