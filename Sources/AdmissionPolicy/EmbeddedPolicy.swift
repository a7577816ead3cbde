internal import CEmbeddedFiles

/// The policies that the binary carries, from `Policies/`.
enum EmbeddedPolicy: String, CaseIterable {
    case monitor, balanced, strict
    case chequeIntake = "cheque-intake"

    /// The file, UTF-8.
    var bytes: [UInt8] {
        switch self {
        case .monitor: Self.copy(portcullis_policy_monitor, portcullis_policy_monitor_size)
        case .balanced: Self.copy(portcullis_policy_balanced, portcullis_policy_balanced_size)
        case .strict: Self.copy(portcullis_policy_strict, portcullis_policy_strict_size)
        case .chequeIntake: Self.copy(portcullis_policy_cheque_intake, portcullis_policy_cheque_intake_size)
        }
    }

    /// The C side promises `count` bytes that live as long as the process.
    private static func copy(_ start: UnsafePointer<UInt8>, _ count: Int) -> [UInt8] {
        Array(UnsafeBufferPointer(start: start, count: count))
    }
}
