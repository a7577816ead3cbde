/// The settings as Markdown, one table a group: the generated part of docs/configuration.md.
enum SettingsDocument {
    /// Without a newline at the end.
    static let markdown = SettingDescriptor.Group.allCases.map(section).joined(separator: "\n\n")

    private static func section(_ group: SettingDescriptor.Group) -> String {
        var table = TextTable(["key", "flag", "environment", "default", "meaning"])
        for row in SettingsTable.all where row.group == group {
            let variables = [row.variable, row.fileVariable].compactMap { $0 }.map { "`\($0)`" }.joined(separator: " ")
            table.add([
                row.sources.contains(.file) ? "`\(row.key)`" : "–",
                row.sources.contains(.flag) ? "`\(row.flag)`" : "–",
                variables, row.defaultText ?? row.show(ServeSettings()).map { "`\($0)`" } ?? "none",
                "\(row.summary) Must be \(row.form).",
            ])
        }
        return "### \(group.rawValue)\n\n" + table.markdown().joined(separator: "\n")
    }
}
