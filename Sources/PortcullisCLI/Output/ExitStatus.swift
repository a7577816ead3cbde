/// What the process ends with, the same for every command.
enum ExitStatus: Int32, Sendable {
    /// Done, and nothing to report.
    case fine = 0
    /// Done, and something was found: a flagged image, a broken chain, a failed check.
    case findings = 1
    /// The command line does not make sense.
    case usage = 2
    /// The configuration or a policy has mistakes.
    case configuration = 3
    /// The model, the guard or a file could not be reached.
    case unreachable = 4
}

/// Why a command ended, for the person who ran it.
struct CommandFailure: Error, Hashable {
    /// What the process ends with.
    let status: ExitStatus
    /// What happened, why, and what to do; may have several lines.
    let message: String
}

extension CommandFailure {
    /// The command line does not make sense.
    static func usage(_ message: String) -> CommandFailure {
        CommandFailure(status: .usage, message: message)
    }

    /// The configuration or a policy has mistakes.
    static func configuration(_ message: String) -> CommandFailure {
        CommandFailure(status: .configuration, message: message)
    }

    /// The model, the guard or a file could not be reached.
    static func unreachable(_ message: String) -> CommandFailure {
        CommandFailure(status: .unreachable, message: message)
    }
}
