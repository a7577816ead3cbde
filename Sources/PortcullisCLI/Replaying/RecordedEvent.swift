import AdmissionPolicy
import AdversarialDetectors
import AuditTrail

/// What the audit log says about one request: its decision, and what later tiers found.
struct RecordedEvent: Sendable {
    /// One detector as it was recorded.
    struct Finding: Hashable, Sendable {
        let detector: String
        /// Nil when it was not finite.
        let score: Double?
        let pValue: Double?
        let findings: [String]
    }

    let id: AuditID
    /// SHA-256 of the policy file.
    let policy: String
    /// SHA-256 of the calibration file; nil without one.
    let calibration: String?
    let route: String
    let mode: PolicyMode
    /// SHA-256 of the images' bytes.
    let images: [String]
    /// Names the deployment key; nil when it was not recorded.
    let keyID: String?
    /// The verdict, in monitor mode that of enforcing; nil when there is none.
    let verdict: VerdictKind?
    let reasons: [String]
    let findings: [Finding]
    /// The p-value of all detectors together.
    let combined: Double?
    let gate: TierGate.Outcome?
    /// What the model read.
    let label: String?
    let confidence: Double?
    /// The check that was due and did not happen.
    let degraded: String?
    /// Why the trip ended early.
    let failure: String?

    /// The event of this id in the log at `path`. Throws when there is none, or it is no decision about an image.
    static func find(_ id: AuditID, in path: String) throws(CommandFailure) -> RecordedEvent {
        var decision: AuditEntry?
        var later: AuditEntry?
        try AuditFiles.reading { () throws(AuditError) in
            var query = AuditQuery()
            query.id = id
            try AuditReader(path: path).read(query) { entry, _ in
                if entry.id == id { decision = decision ?? entry }
                if entry.of == id, entry.value["ending"]?.string == "later-tier" { later = entry }
                return true
            }
        }
        guard let decision else { throw .usage("the log \(path) has no record \(id)") }
        guard decision.kind == .decision else {
            throw .usage("the record \(id) is no decision but \(decision.kind.rawValue): there is nothing to replay")
        }
        guard let event = RecordedEvent(decision, later: later) else {
            throw .usage("the record \(id) does not say what was judged by which policy: there is nothing to replay")
        }
        return event
    }

    /// Nil when the decision lacks what replaying takes.
    init?(_ decision: AuditEntry, later: AuditEntry?) {
        let value = decision.value
        let last = later?.value ?? value
        let images = (value["images"]?.elements ?? []).compactMap { $0["sha256"]?.string }
        guard let policy = value["policy"]?["sha256"]?.string, let route = decision.route, !images.isEmpty,
            let mode = value["mode"]?.string.flatMap(PolicyMode.init(rawValue:))
        else { return nil }
        id = decision.id
        self.policy = policy
        self.route = route
        self.mode = mode
        self.images = images
        calibration = last["calibration"]?.string ?? value["calibration"]?.string
        keyID = value["randomness"]?["key_id"]?.string
        let word = mode == .monitor ? later?.wouldBeVerdict ?? decision.wouldBeVerdict : decision.verdict
        verdict = word.flatMap(VerdictKind.init(rawValue:))
        reasons = later?.reasonCodes ?? decision.reasonCodes
        findings = (last["detectors"]?.elements ?? []).compactMap(Self.finding)
        combined = last["combined"]?["p_value"]?.number
        gate = last["gate"]?.string.flatMap(TierGate.Outcome.init(rawValue:))
        let answer = last["answer"] ?? value["answer"]
        label = answer?["label"]?.string
        confidence = answer?["confidence"]?.number
        degraded = last["degraded"]?.string
        failure = last["fail"]?["cause"]?.string
    }

    private static func finding(_ value: JSONValue) -> Finding? {
        guard let detector = value["id"]?.string else { return nil }
        return Finding(
            detector: detector, score: value["score"]?.number, pValue: value["p_value"]?.number,
            findings: (value["findings"]?.elements ?? []).compactMap(\.string))
    }
}
