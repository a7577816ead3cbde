import AuditTrail
import DigitClassifier

/// One picture of the demo: what it shows, and what came back without and with the guard.
struct DemoRow: Sendable {
    /// The picture.
    let example: DemoExample
    /// What the model reads when it is asked directly; nil when it gave no reading.
    let unguarded: String?
    /// What the guard answered; nil where no answer was given.
    let guarded: String?
    /// `forward`, `flag`, `divert`, `reject`, or an error.
    let verdict: String

    /// True when the guard let the attacker's reading through, flagged or not.
    var isMissed: Bool {
        guard let attackers = example.attackers else { return false }
        return guarded == attackers
    }

    /// True when a clean picture was held up or read differently than without the guard.
    var isHeldUp: Bool {
        example.attackers == nil && (verdict != "forward" || guarded != example.truth)
    }

    /// One line of `demo --once`.
    var json: JSONText {
        .object([
            ("name", .text(example.name)), ("truth", .text(example.truth)), ("unguarded", .optional(unguarded)),
            ("guarded", .optional(guarded)), ("verdict", .text(verdict)),
        ])
    }

    /// What a person makes of it.
    var remark: String {
        if isMissed { return "MISSED: the attacker's reading passed" }
        if isHeldUp { return "HELD UP: nobody tampered with it" }
        guard example.attackers != nil else { return "" }
        switch verdict {
        case "flag": return "caught: flagged for review"
        case "divert": return "caught: goes to a person"
        case "reject": return "caught: refused"
        default: return guarded == example.truth ? "disarmed: the defended copy is read right" : "read otherwise"
        }
    }
}

/// What the demo's model answered, as one short text.
enum DemoReading {
    /// The digit or the amount in a JSON answer; nil when it holds neither.
    static func text(_ body: [UInt8]) -> String? {
        guard let value = try? JSONParser.parse(body) else { return nil }
        return (value["amount"] ?? value["digit"])?.integer.map { "\($0)" }
    }
}
