import Foundation

/// Standard output for results, standard error for everything else.
enum Terminal {
    /// Writes `text` and a newline to standard output; false once nobody reads it any more.
    @discardableResult
    static func print(_ text: String) -> Bool {
        write(text + "\n", to: STDOUT_FILENO)
    }

    /// Writes `text` and a newline to standard error.
    static func note(_ text: String) {
        write(text + "\n", to: STDERR_FILENO)
    }

    /// Writes `portcullis: ` and `message` to standard error.
    static func complain(_ message: String) {
        note("portcullis: \(message)")
    }

    /// True when standard output is a terminal.
    static var isOutputTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// True when standard error is a terminal.
    static var isErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// True when standard output takes colours: a terminal, and `NO_COLOR` unset or empty (no-color.org).
    static var hasColours: Bool {
        isOutputTerminal && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
    }

    /// Writes bytes as they are to standard error: a progress line that the next one replaces.
    static func overwrite(_ text: String) {
        write("\r\u{1B}[2K" + text, to: STDERR_FILENO)
    }

    @discardableResult
    private static func write(_ text: String, to descriptor: Int32) -> Bool {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                written += count
            } else if errno == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&waiting, 1, -1)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}

/// A colour of the sixteen that every terminal has.
enum Colour: Int, Sendable {
    case red = 31
    case green = 32
    case yellow = 33
    case bold = 1

    /// `text` in this colour where `isOn`.
    func paint(_ text: String, isOn: Bool) -> String {
        isOn ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
    }
}
