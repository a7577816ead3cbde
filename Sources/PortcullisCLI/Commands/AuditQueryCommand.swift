import AdmissionPolicy
import ArgumentParser
import AuditTrail

/// `portcullis audit query`.
struct AuditQueryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Finds records.",
        discussion: """
            All conditions must hold. A verdict matches what was carried out and, in monitor mode, what enforcing would have \
            done. Prints the earliest first.

            Examples:
              portcullis audit query --verdict flag --since 1h
              portcullis audit query --verdict divert --verdict reject --route cheques --json
              portcullis audit query --id 0193c0de-7a5b-7c1d-8e2f-0123456789ab
            """)

    @OptionGroup var location: AuditLocation
    @Option(
        help: ArgumentHelp("forward, flag, divert or reject; may be given more than once.", valueName: "verdict"),
        completion: .list(["forward", "flag", "divert", "reject"]))
    var verdict: [String] = []
    @Option(help: ArgumentHelp("Not before: an age (90s, 15m, 1h, 7d), a date or an RFC 3339 time.", valueName: "time"))
    var since: String?
    @Option(help: ArgumentHelp("Before: an age, a date or an RFC 3339 time.", valueName: "time")) var until: String?
    @Option(help: ArgumentHelp("The route that took the request.", valueName: "name")) var route: String?
    @Option(help: ArgumentHelp("A reason code, such as a rule's name.", valueName: "code")) var reason: String?
    @Option(help: ArgumentHelp("The client's address.", valueName: "ip")) var client: String?
    @Option(help: ArgumentHelp("The id that the client was given.", valueName: "request-id")) var id: String?
    @Option(
        help: ArgumentHelp(
            "decision, outcome, passthrough or lifecycle; may be given more than once.", valueName: "kind"),
        completion: .list(AuditRecord.Kind.allCases.map(\.rawValue)))
    var kind: [String] = []
    @Option(help: ArgumentHelp("At most this many records, the earliest.", valueName: "count")) var limit: Int?
    @Flag(help: "Print records as they are stored, one JSON object a line.") var json = false
    @Flag(help: "Print the number of records alone.") var count = false

    func run() async throws {
        let query = try makeQuery(now: AuditTime.system())
        let path = try location.resolve()
        let hasColours = Terminal.hasColours
        let summary = try AuditFiles.reading { () throws(AuditError) in
            try AuditReader(path: path).read(query) { entry, line in
                if count { return true }
                return Terminal.print(
                    json ? String(decoding: line, as: UTF8.self) : AuditText.line(entry, hasColours: hasColours))
            }
        }
        if count { Terminal.print(String(summary.matches)) }
        for bad in summary.badLines { Terminal.complain("\(bad.file):\(bad.line): this line is no record") }
    }

    /// The query of the options. Throws a usage error that names all bad ones.
    func makeQuery(now: AuditTime) throws(CommandFailure) -> AuditQuery {
        var mistakes: [String] = []
        var query = AuditQuery()
        let verdicts = VerdictKind.allCases.map(\.rawValue)
        for name in verdict where !verdicts.contains(name) {
            mistakes.append("--verdict must be one of \(verdicts.joined(separator: ", ")); \"\(name)\" is not")
        }
        query.verdicts = Set(verdict)
        for name in kind {
            if let kind = AuditRecord.Kind(rawValue: name) {
                query.kinds.insert(kind)
            } else {
                let kinds = AuditRecord.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                mistakes.append("--kind must be one of \(kinds); \"\(name)\" is not")
            }
        }
        query.since = Self.moment("--since", since, now, &mistakes)
        query.until = Self.moment("--until", until, now, &mistakes)
        if let id {
            query.id = AuditID(id)
            if query.id == nil { mistakes.append("--id must be a request id; \"\(id)\" is not") }
        }
        if let limit, limit < 1 { mistakes.append("--limit must be at least 1") }
        query.limit = limit
        query.route = route
        query.reason = reason
        query.client = client
        if !mistakes.isEmpty { throw .usage(mistakes.joined(separator: "\n  ")) }
        return query
    }

    private static func moment(
        _ flag: String, _ text: String?, _ now: AuditTime, _ mistakes: inout [String]
    ) -> AuditTime? {
        guard let text else { return nil }
        let moment = AuditTime(argument: text, now: now)
        if moment == nil {
            mistakes.append("\(flag) must be an age such as 1h, a date or an RFC 3339 time; \"\(text)\" is not")
        }
        return moment
    }
}
