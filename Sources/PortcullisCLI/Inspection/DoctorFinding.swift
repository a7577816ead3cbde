/// One line of `doctor`.
struct DoctorFinding: Hashable, Sendable {
    /// How much it matters.
    enum Level: String, Hashable, Sendable {
        case ok, warn, fail
    }

    /// How much it matters.
    let level: Level
    /// What was looked at, one word or two.
    let subject: String
    /// What was found.
    let text: String
    /// What to do about it; nil when nothing.
    let fix: String?

    /// Nothing to do.
    static func ok(_ subject: String, _ text: String) -> DoctorFinding {
        DoctorFinding(level: .ok, subject: subject, text: text, fix: nil)
    }

    /// Worth a look.
    static func warn(_ subject: String, _ text: String, fix: String) -> DoctorFinding {
        DoctorFinding(level: .warn, subject: subject, text: text, fix: fix)
    }

    /// Would break something.
    static func fail(_ subject: String, _ text: String, fix: String) -> DoctorFinding {
        DoctorFinding(level: .fail, subject: subject, text: text, fix: fix)
    }

    /// `warn  formats      2 of 14 are webp; fix: …`.
    func line(hasColours: Bool) -> String {
        let colour: Colour = level == .ok ? .green : (level == .warn ? .yellow : .red)
        let name = colour.paint(level.rawValue.padded(to: 5), isOn: hasColours)
        return "\(name) \(subject.padded(to: 12)) \(text)" + (fix.map { "; fix: \($0)" } ?? "")
    }

    /// For programs.
    var json: JSONText {
        .object([
            ("level", .text(level.rawValue)), ("subject", .text(subject)), ("text", .text(text)),
            ("fix", .optional(fix)),
        ])
    }
}

extension String {
    /// With blanks at the end up to `width` characters.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
