import ArgumentParser
import AuditTrail

/// `portcullis audit tail`.
struct AuditTailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Prints the last records, and with -f every new one.",
        discussion: """
            Follows across file rotations until it is interrupted.

            Example:
              portcullis audit tail -f --json portcullis-data/audit
            """)

    @OptionGroup var location: AuditLocation
    @Flag(name: .shortAndLong, help: "Wait for new records and print them as they are written.") var follow = false
    @Option(name: [.customShort("n"), .long], help: "How many of the last records to begin with.") var lines = 10
    @Flag(help: "Print records as they are stored, one JSON object a line.") var json = false

    /// How often a followed log is looked at.
    private static let interval = Duration.milliseconds(250)

    func validate() throws {
        guard (0...1_000_000).contains(lines) else { throw ValidationError("--lines must be from 0 to 1000000") }
    }

    func run() async throws {
        let path = try location.resolve()
        // Made before the last records are read: one that is written in between is shown twice rather than never.
        var follower = try AuditFiles.reading { () throws(AuditError) in try LogFollower(fromEndOf: path) }
        let recent = try AuditFiles.reading { () throws(AuditError) in try AuditReader(path: path).last(lines) }
        var newest = 0
        var isRead = true
        for record in recent {
            newest = max(newest, record.entry.sequence)
            isRead = isRead && show(record.entry, record.line)
        }
        while follow, isRead {
            do {
                try await Task.sleep(for: Self.interval)
            } catch {
                return
            }
            try AuditFiles.reading { () throws(AuditError) in
                try follower.poll { entry, line in
                    guard entry.sequence > newest else { return }
                    newest = entry.sequence
                    isRead = isRead && show(entry, line)
                }
            }
        }
    }

    /// False once nobody reads the output any more.
    private func show(_ entry: AuditEntry, _ line: [UInt8]) -> Bool {
        Terminal.print(
            json ? String(decoding: line, as: UTF8.self) : AuditText.line(entry, hasColours: Terminal.hasColours))
    }
}
