import AuditTrail
import RobustnessEvaluation

/// Finds what the guard recorded about requests.
struct RecordMatcher: Sendable {
    /// What records say about one request: its decision and, in monitor mode, what came of it later.
    struct Finding: Sendable {
        /// What was, or would have been, carried out; nil when there is no verdict.
        var verdict: String?
        /// The detector's raw score; nil when it did not run.
        var score: Double?
        /// True when nothing more is to come.
        var isComplete: Bool
    }

    /// The log's folder.
    let path: String
    /// The detector whose score is read.
    let detector: String
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
                let isMonitored = entry.value["mode"]?.string == "monitor"
                found[entry.id] = Finding(
                    verdict: entry.wouldBeVerdict ?? (isMonitored ? nil : entry.verdict),
                    score: entry.score(of: detector),
                    isComplete: !isMonitored || entry.wouldBeVerdict != nil)
            } else if let decision = entry.of, var finding = found[decision] {
                finding.verdict = entry.wouldBeVerdict ?? finding.verdict
                finding.score = entry.score(of: detector) ?? finding.score
                finding.isComplete = true
                found[decision] = finding
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
