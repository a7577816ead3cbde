import AuditTrail
import PortcullisProxy
import Synchronization

/// The audit log as the proxy sees it.
struct AuditSink: RecordSink {
    /// The open log.
    let writer: AuditWriter
    /// True under `always`.
    let acknowledgesLater: Bool

    func submit(_ record: AuditRecord, acknowledge: (@Sendable (Bool) -> Void)?) -> Bool {
        guard acknowledgesLater, let acknowledge else { return writer.enqueue(record) == nil }
        // A refusal is reported before `submit` returns; it becomes the return value and is not acknowledged.
        let state = Mutex(SubmissionState.submitting)
        writer.submit(record) { result in
            let isRefusal = state.withLock { state in
                guard case .failure = result, state == .submitting else { return false }
                state = .refused
                return true
            }
            if !isRefusal { acknowledge((try? result.get()) != nil) }
        }
        return state.withLock { state in
            guard state != .refused else { return false }
            state = .submitted
            return true
        }
    }

    var isHealthy: Bool { !writer.statistics.isFailing }

    func flush() async {
        // What cannot be flushed is counted by the writer and shows in its metrics and in the next record.
        try? await writer.flush()
    }
}

private enum SubmissionState: Sendable {
    case submitting, submitted, refused
}
