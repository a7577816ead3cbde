import Foundation
import Logging

/// Log lines on standard error, plain or JSON.
struct LineLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    private let label: String
    private let format: LogFormat

    /// A handler that writes lines of at least `level`.
    init(label: String, format: LogFormat, level: Logger.Level) {
        self.label = label
        self.format = format
        self.logLevel = level
    }

    /// A logger that writes as the settings say.
    static func logger(_ settings: ServeSettings) -> Logger {
        let level = Logger.Level(rawValue: settings.logLevel) ?? .info
        return Logger(label: "portcullis") { label in
            LineLogHandler(label: label, format: settings.logFormat, level: level)
        }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var values = metadata
        if let own = event.metadata { values.merge(own) { $1 } }
        let members = values.keys.sorted().map { ($0, values[$0].map { "\($0)" } ?? "") }
        Terminal.note(
            Self.line(
                time: Date(), level: event.level, message: event.message.description, members: members, format: format))
    }

    /// One line, without a newline.
    static func line(
        time: Date, level: Logger.Level, message: String, members: [(String, String)], format: LogFormat
    ) -> String {
        let stamp = time.formatted(
            .iso8601.year().month().day().timeZone(separator: .omitted).time(includingFractionalSeconds: true))
        switch format {
        case .json:
            return JSONText.object(
                [("time", .text(stamp)), ("level", .text(level.rawValue)), ("message", .text(message))]
                    + members.map { ($0.0, .text($0.1)) }
            ).line
        case .plain:
            // A value that came from outside must not begin a line of its own.
            let safe = { (text: String) in
                // Scalar by scalar: "\r\n" is one character, which neither half matches.
                text.unicodeScalars.reduce(into: "") { line, scalar in
                    switch scalar {
                    case "\n": line += "\\n"
                    case "\r": line += "\\r"
                    default: line.unicodeScalars.append(scalar)
                    }
                }
            }
            let values = members.map { "  \($0.0)=\(safe($0.1))" }.joined()
            return "\(stamp) \(level.rawValue) \(safe(message))\(values)"
        }
    }
}
