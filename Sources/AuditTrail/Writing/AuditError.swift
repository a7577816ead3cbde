/// Why a record is not in the log, or why the log cannot be used.
package enum AuditError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another process writes to this directory.
    case locked(directory: String, owner: String)
    /// A system call failed while the log was opened.
    case unusable(path: String, operation: String, errorNumber: Int)
    /// The queue of the writer is full: the disk does not keep up.
    case queueFull(capacity: Int)
    /// Writing or syncing fails; the record was not taken. The writer tries again by itself.
    case storageFailed(operation: String, errorNumber: Int)
    /// The writer has been closed.
    case closed
    /// A file of the log cannot be read.
    case unreadable(path: String, errorNumber: Int)

    /// One sentence for an operator.
    package var description: String {
        switch self {
        case .locked(let directory, let owner):
            "another process\(owner.isEmpty ? "" : " (\(owner))") already writes the audit log in \(directory)"
        case .unusable(let path, let operation, let number):
            "the audit log cannot be used: \(operation) \(path): \(SystemText.of(number))"
        case .queueFull(let capacity): "the audit queue of \(capacity) records is full"
        case .storageFailed(let operation, let number):
            "the audit log cannot be written: \(operation): \(SystemText.of(number))"
        case .closed: "the audit log is closed"
        case .unreadable(let path, let number): "the audit log cannot be read: \(path): \(SystemText.of(number))"
        }
    }
}
