import AuditTrail
import RobustnessEvaluation

/// Finds what the guard recorded about requests.
struct RecordMatcher: Sendable {
    /// What records say about one request: its decision and, in monitor mode, what came of it later.
    struct Finding: Sendable {
        /// What was, or would have been, carried out; nil when there is no verdict.
        var verdict: String?
        /// Codes of what matched, the deciding one first.
        var reasons: [String]
        /// By detector.
        var scores: [String: EvaluatedImage.DetectorScore]
        /// The p-value of all detectors together; nil without a calibration.
        var combined: Double?
        /// What the model reads in what was forwarded, vectors joined by commas.
        var modelLabel: String?
        /// Model calls beside the client's own.
        var extraCalls: Int
        /// What the gate said; nil without one.
        var gate: String?
        /// Which check that was due did not happen.
        var degraded: String?
        /// Why the trip ended early.
        var failure: String?
        /// True when nothing more is to come.
        var isComplete: Bool

        /// What a decision record says.
        init(decision entry: AuditEntry) {
            let isMonitored = entry.value["mode"]?.string == "monitor"
            verdict = entry.wouldBeVerdict ?? (isMonitored ? nil : entry.verdict)
            reasons = entry.reasonCodes
            scores = Self.scores(entry)
            combined = entry.value["combined"]?["p_value"]?.number
            modelLabel = entry.label
            extraCalls = entry.value["copies"]?.elements.count ?? 0
            gate = entry.value["gate"]?.string
            degraded = entry.value["degraded"]?.string
            failure = Self.failure(entry)
            isComplete = !isMonitored || entry.wouldBeVerdict != nil
        }

        /// Takes over what a later record says, where it says something.
        mutating func merge(outcome entry: AuditEntry) {
            verdict = entry.wouldBeVerdict ?? verdict
            if !entry.reasonCodes.isEmpty { reasons = entry.reasonCodes }
            scores.merge(Self.scores(entry)) { $1 }
            combined = entry.value["combined"]?["p_value"]?.number ?? combined
            modelLabel = entry.label ?? modelLabel
            extraCalls = max(extraCalls, entry.value["copies"]?.elements.count ?? 0)
            gate = entry.value["gate"]?.string ?? gate
            degraded = entry.value["degraded"]?.string ?? degraded
            failure = Self.failure(entry) ?? failure
            isComplete = true
        }

        private static func scores(_ entry: AuditEntry) -> [String: EvaluatedImage.DetectorScore] {
            var scores: [String: EvaluatedImage.DetectorScore] = [:]
            for finding in entry.value["detectors"]?.elements ?? [] {
                guard let id = finding["id"]?.string, scores[id] == nil else { continue }
                scores[id] = EvaluatedImage.DetectorScore(
                    score: finding["score"]?.number, pValue: finding["p_value"]?.number,
                    boxes: (finding["boxes"]?.elements ?? []).map { $0.elements.compactMap(\.integer) })
            }
            return scores
        }

        private static func failure(_ entry: AuditEntry) -> String? {
            guard let cause = entry.value["fail"]?["cause"]?.string else { return nil }
            return entry.value["fail"]?["detail"]?.string.map { "\(cause): \($0)" } ?? cause
        }
    }

    /// The log's folder.
    let path: String
    /// Records before this moment are not looked at.
    let since: AuditTime
    /// How long the last records are waited for: they are written within the writer's linger, later tiers after that.
    var patience = Duration.seconds(15)

    /// The findings about these requests. Waits until all are complete or `patience` is over.
    func findings(_ ids: Set<AuditID>) async throws(CommandFailure) -> [AuditID: Finding] {
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: patience)
        while true {
            let found = try AuditFiles.reading { () throws(AuditError) in try read(ids) }
            if found.count == ids.count, found.values.allSatisfy(\.isComplete) { return found }
            if clock.now >= end { return found }
            do {
                try await clock.sleep(for: .milliseconds(200))
            } catch {
                return found
            }
        }
    }

    private func read(_ ids: Set<AuditID>) throws(AuditError) -> [AuditID: Finding] {
        var found: [AuditID: Finding] = [:]
        var query = AuditQuery()
        query.since = since
        query.kinds = [.decision, .outcome]
        try AuditReader(path: path).read(query) { entry, _ in
            if ids.contains(entry.id) {
                found[entry.id] = Finding(decision: entry)
            } else if let decision = entry.of {
                found[decision]?.merge(outcome: entry)
            }
            return true
        }
        return found
    }
}

extension ImageOutcome.Handling {
    /// What a recorded verdict means; `failed` for none.
    init(verdict: String?) {
        switch verdict {
        case "forward": self = .forwarded
        case "flag": self = .flagged
        case "divert": self = .diverted
        case "reject": self = .rejected
        default: self = .failed
        }
    }
}
