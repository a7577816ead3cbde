package import AuditTrail

/// Where audit records go. The writer of `AuditTrail` is one; tests bring their own.
package protocol RecordSink: Sendable {
    /// True when a record counts only once it is on the disk: `submit` is then followed by a call of `acknowledge`.
    var acknowledgesLater: Bool { get }

    /// Hands a record over without waiting. False when it cannot be taken; it is lost then, and counted as dropped.
    ///
    /// Where `acknowledgesLater`, `acknowledge` is called once, from any thread, with true when the record is safe.
    /// Otherwise it is never called.
    func submit(_ record: AuditRecord, acknowledge: (@Sendable (Bool) -> Void)?) -> Bool

    /// True while records can be written; part of readiness.
    var isHealthy: Bool { get }

    /// Returns once everything handed over is written.
    func flush() async
}
