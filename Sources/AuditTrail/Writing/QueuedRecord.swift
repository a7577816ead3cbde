/// A record on its way to the log. A class, because a record has so many members that moving it through the queue costs
/// more than an allocation.
final class QueuedRecord: Sendable {
    let record: AuditRecord
    /// Told once whether the record was accepted; nil when nobody waits.
    let onStored: AuditWriter.Completion?

    init(_ record: AuditRecord, onStored: AuditWriter.Completion? = nil) {
        self.record = record
        self.onStored = onStored
    }
}
