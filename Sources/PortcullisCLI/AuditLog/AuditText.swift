import AuditTrail

/// How records and verifications are shown to people.
enum AuditText {
    /// One line of a record: time, verdict, route, status, what the model read, why, id.
    static func line(_ entry: AuditEntry, hasColours: Bool) -> String {
        let time = entry.time.description.prefix(23) + "Z"
        switch entry.kind {
        case .decision:
            var verdict = entry.verdict ?? "none"
            if let wouldBe = entry.wouldBeVerdict, wouldBe != verdict { verdict += " (would \(wouldBe))" }
            var words = [String(time), colour(entry).paint(pad(verdict, 8), isOn: hasColours), entry.route ?? "-"]
            words.append(entry.status.map { String($0) } ?? "-")
            if let label = entry.label { words.append("label=\(label)") }
            if !entry.reasonCodes.isEmpty { words.append(entry.reasonCodes.joined(separator: ",")) }
            if let cause = entry.value["degraded"]?.string { words.append("degraded=\(cause)") }
            if let cause = entry.value["fail"]?["cause"]?.string { words.append("failure=\(cause)") }
            words.append(entry.id.description)
            return words.joined(separator: "  ")
        case .outcome:
            let ending = entry.value["ending"]?.string ?? "ended"
            let wouldBe = entry.wouldBeVerdict.map { "  would \($0)" } ?? ""
            return "\(time)  outcome   \(ending)\(wouldBe)  of \(entry.of?.description ?? "-")"
        case .passthrough:
            let http = entry.value["http"]
            let method = http?["method"]?.string ?? "-"
            return
                "\(time)  pass      \(method) \(http?["path"]?.string ?? "-")  \(entry.status.map { "\($0)" } ?? "-")  \(entry.id)"
        case .lifecycle:
            return "\(time)  log       \(entry.value["event"]?.string ?? "-")"
        }
    }

    private static func colour(_ entry: AuditEntry) -> Colour {
        switch entry.wouldBeVerdict ?? entry.verdict {
        case "forward": .green
        case "flag": .yellow
        case "divert", "reject": .red
        default: .bold
        }
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// The lines that `audit verify` prints.
    static func report(_ result: AuditVerification, path: String) -> [String] {
        var lines: [String] = []
        if let fault = result.fault {
            lines.append(fault.description)
            if let last = result.lastSequence {
                let first = result.firstSequence ?? last
                let place = fault.line > 0 ? " before it" : ""
                lines.append(
                    first == last ? "seq \(last)\(place) is whole" : "seq \(first) to \(last)\(place) are whole")
            }
        } else if let first = result.firstSequence, let last = result.lastSequence {
            lines.append("\(path): whole, \(result.lines) records (seq \(first) to \(last)) in \(result.files) files")
        } else {
            lines.append("\(path): no records")
        }
        return lines + result.notes.map { "note: \($0)" }
    }

    /// The same as one JSON object.
    static func verification(_ result: AuditVerification, path: String) -> JSONText {
        .object([
            ("path", .text(path)), ("intact", .flag(result.isIntact)), ("files", .integer(result.files)),
            ("lines", .integer(result.lines)), ("first_seq", .optional(result.firstSequence)),
            ("last_seq", .optional(result.lastSequence)), ("fault", .optional(result.fault?.description)),
            ("fault_file", .optional(result.fault?.file)), ("fault_line", .optional(result.fault?.line)),
            ("notes", .list(result.notes)),
        ])
    }
}

/// Reads a log, its errors as failures of the command.
enum AuditFiles {
    /// What `body` reads.
    static func reading<Result>(_ body: () throws(AuditError) -> Result) throws(CommandFailure) -> Result {
        do throws(AuditError) {
            return try body()
        } catch {
            throw .unreachable(error.description)
        }
    }
}
