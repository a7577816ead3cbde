import ArgumentParser
import Foundation

/// `portcullis config …`: what `serve` would run with.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Shows the effective configuration and where each value came from.",
        subcommands: [ConfigShow.self, ConfigDocument.self])
}

/// `portcullis config show`.
struct ConfigShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Prints every setting with its value and its origin.",
        discussion: """
            Takes the same flags, environment and file as serve. Flags go over environment variables, these over the file, \
            the file over the defaults. Secrets are not printed.

            Example:
              portcullis config show --config portcullis.yaml --listen 0.0.0.0:8080
            """)

    @OptionGroup var flags: ServeFlags
    @Flag(help: "Print one JSON object instead of a table.") var json = false

    func run() async throws {
        let settings = try flags.resolve(environment: ProcessInfo.processInfo.environment)
        let rows = Self.rows(settings)
        if json {
            let members = rows.map { row in
                (row.key, JSONText.object([("value", .optional(row.value)), ("origin", .text(row.origin))]))
            }
            Terminal.print(JSONText.object(members).pretty)
        } else {
            var table = TextTable(["setting", "value", "from"])
            for row in rows { table.add([row.key, row.value ?? "-", row.origin]) }
            for line in table.lines() { Terminal.print(line) }
        }
    }

    /// Every setting in the order of the table; the value of one that is not set is its default in words.
    static func rows(_ settings: EffectiveSettings) -> [(key: String, value: String?, origin: String)] {
        SettingsTable.all.map { row in
            let value = row.show(settings.values)
            let shown = row.isSecret ? value.map { _ in "(secret)" } : value
            let origin = settings.origins[row.key] ?? .defaultValue
            return (
                row.key, shown ?? (origin == .defaultValue ? "(\(row.defaultDescription))" : nil), origin.description
            )
        }
    }
}

/// `portcullis config document`: the table of docs/configuration.md.
struct ConfigDocument: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "document", abstract: "Prints the settings as Markdown.", shouldDisplay: false)

    func run() async throws {
        Terminal.print(SettingsDocument.markdown)
    }
}
