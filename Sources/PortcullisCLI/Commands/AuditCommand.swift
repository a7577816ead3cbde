import ArgumentParser
import AuditTrail

/// `portcullis audit …`: the record of what was decided.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Verifies, follows and searches the audit log.",
        discussion: """
            The log is a folder of JSON lines, each naming the hash of the line before it.

            Examples:
              portcullis audit verify portcullis-data/audit
              portcullis audit tail -f
              portcullis audit query --verdict flag --since 1h
            """,
        subcommands: [AuditVerifyCommand.self, AuditTailCommand.self, AuditQueryCommand.self])
}

/// The folder or file that an audit command reads.
struct AuditLocation: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The log's folder, or one of its files (default: the folder that is configured).", valueName: "path"),
        completion: .directory)
    var path: String?

    /// The path that was given, else the configured folder.
    func resolve() throws(CommandFailure) -> String {
        if let path { return path }
        return try ServeFlags.environmentAlone().values.auditDirectory
    }
}

/// `portcullis audit verify`.
struct AuditVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks that no line of the log was changed, removed, added or moved.",
        discussion: """
            Names the first line that is wrong and exits with 1; exits with 0 when the chain is whole. A log that was \
            replaced as a whole does not show: keep a copy of the last hash elsewhere.

            Example:
              portcullis audit verify --strict portcullis-data/audit
            """)

    @OptionGroup var location: AuditLocation
    @Flag(help: "Parse every line and hold it to the canonical form as well.") var strict = false
    @Flag(help: "Print one JSON object instead of text.") var json = false

    func run() async throws {
        let path = try location.resolve()
        let result = try AuditFiles.reading { () throws(AuditError) in
            try AuditVerifier.verify(path, isStrict: strict)
        }
        if json {
            Terminal.print(AuditText.verification(result, path: path).line)
        } else {
            for line in AuditText.report(result, path: path) { Terminal.print(line) }
        }
        if !result.isIntact { throw ExitCode(ExitStatus.findings.rawValue) }
    }
}
