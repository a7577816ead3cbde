package import AuditTrail

/// Hands records to the audit log's writer.
package struct AuditWriterSink: RecordSink {
    private let writer: AuditWriter
    /// True under the fsync policy `always`: an answer then waits for its record to be on the disk.
    package let acknowledgesLater: Bool

    /// A sink in front of `writer`, which was opened with `fsync`. Closing the writer stays with its owner.
    package init(writer: AuditWriter, fsync: FsyncPolicy) {
        self.writer = writer
        acknowledgesLater = fsync == .always
    }

    /// Queues the record; see `RecordSink`.
    package func submit(_ record: AuditRecord, acknowledge: (@Sendable (Bool) -> Void)?) -> Bool {
        guard acknowledgesLater, let acknowledge else { return writer.enqueue(record) == nil }
        writer.submit(record) { result in
            switch result {
            case .success: acknowledge(true)
            case .failure: acknowledge(false)
            }
        }
        return true
    }

    /// True while writing and syncing succeed.
    package var isHealthy: Bool { !writer.statistics.isFailing }

    /// Returns once everything before is on the disk, or cannot be.
    package func flush() async {
        do throws(AuditError) {
            try await writer.flush()
        } catch {
            // The writer counts what it lost; stopping goes on.
            return
        }
    }
}
