internal import Synchronization

/// How canaries were judged, for metrics.
final class CanaryTally: Sendable {
    /// What there was.
    struct Counts: Hashable, Sendable {
        /// Judged as when they were chosen.
        var asExpected = 0
        /// Judged otherwise, or read otherwise by the model.
        var otherwise = 0
        /// Not judged: the guard was too busy, or the model did not answer.
        var failed = 0
    }

    private let state = Mutex(Counts())

    /// What there was so far.
    var counts: Counts { state.withLock { $0 } }

    /// One more canary.
    func count(_ outcome: CanaryOutcome) {
        state.withLock { counts in
            switch outcome {
            case .asExpected: counts.asExpected += 1
            case .otherwise: counts.otherwise += 1
            case .failed: counts.failed += 1
            }
        }
    }
}

/// What became of one canary.
enum CanaryOutcome: Hashable, Sendable {
    /// Judged as when it was chosen.
    case asExpected
    /// Judged otherwise.
    case otherwise(verdict: String, label: String?)
    /// Not judged, and why.
    case failed(String)
}
