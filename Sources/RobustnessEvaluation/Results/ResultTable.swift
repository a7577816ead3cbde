internal import AuditTrail
internal import Foundation

/// One table of measured results, written as `NAME.json` and `NAME.md` in the form that ARCHITECTURE's readers check.
package struct ResultTable: Sendable {
    /// The table's name, which names its files: lower-case letters, digits and hyphens.
    package let name: String
    /// The command that makes it again.
    package let command: String
    /// The commit that was measured.
    package let commit: String
    /// What it was measured on.
    package let machine: String
    /// What it was measured with.
    package let data: String
    /// The figures.
    package var rows: [ResultRow]
    /// Markdown that stands above the rows, such as the same figures side by side; empty for none. Not in the JSON.
    package let introduction: String

    /// A table, each member named.
    package init(
        name: String, command: String, commit: String, machine: String, data: String, rows: [ResultRow] = [],
        introduction: String = ""
    ) {
        self.name = name
        self.command = command
        self.commit = commit
        self.machine = machine
        self.data = data
        self.rows = rows
        self.introduction = introduction
    }

    /// The rows that miss their target.
    package var misses: [ResultRow] { rows.filter { $0.isMet == false } }

    /// The JSON, one row a line. Throws when a number is not finite.
    package func json() throws(ResultError) -> String {
        var writer = CanonicalWriter(capacity: 4096)
        writer.raw("{")
        for (key, value) in [
            ("name", name), ("command", command), ("commit", commit), ("machine", machine), ("data", data),
        ] {
            writer.raw("\n  ")
            writer.string(key)
            writer.raw(": ")
            writer.string(value)
            writer.raw(",")
        }
        writer.raw("\n  \"rows\": [")
        for (index, row) in rows.enumerated() {
            guard row.isFinite else { throw .notFinite(table: name, row: row.name) }
            writer.raw(index == 0 ? "\n    " : ",\n    ")
            Self.append(row, to: &writer)
        }
        writer.raw(rows.isEmpty ? "]\n}\n" : "\n  ]\n}\n")
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func append(_ row: ResultRow, to writer: inout CanonicalWriter) {
        writer.raw("{\"name\": ")
        writer.string(row.name)
        writer.raw(", \"value\": ")
        writer.number(row.value)
        writer.raw(", \"unit\": ")
        writer.string(row.unit)
        func number(_ key: StaticString, _ value: Double?) {
            writer.raw(", ")
            writer.raw(key)
            if let value { writer.number(value) } else { writer.raw("null") }
        }
        number("\"low\": ", row.interval?.low)
        number("\"high\": ", row.interval?.high)
        writer.raw(", \"peer\": ")
        if let peer = row.peer { writer.string(peer.name) } else { writer.raw("null") }
        number("\"peer_value\": ", row.peer?.value)
        number("\"ratio\": ", row.peer?.ratio)
        if let interval = row.peer?.ratioInterval, let low = interval.first, let high = interval.last {
            number("\"ratio_low\": ", low)
            number("\"ratio_high\": ", high)
        }
        if let share = row.memoryShare { number("\"memory_share\": ", share) }
        if let target = row.target {
            number("\"target\": ", target.value)
            writer.raw(", \"direction\": ")
            writer.string(target.direction.rawValue)
        } else {
            writer.raw(", \"informational\": true")
        }
        writer.raw("}")
    }

    /// The same as Markdown. Throws when a number is not finite.
    package func markdown() throws(ResultError) -> String {
        var text = "# \(name)\n\n"
        for (key, value) in [("Command", "`\(command)`"), ("Commit", commit), ("Machine", machine), ("Data", data)] {
            text += "- \(key): \(Self.oneLine(value))\n"
        }
        if !introduction.isEmpty { text += "\n\(introduction)\n" }
        let hasShares = rows.contains { $0.memoryShare != nil }
        text += "\n| name | value | unit | 95 % interval | peer | peer's value | ratio | target | met |"
        text += hasShares ? " share of memory speed |\n" : "\n"
        text += "| --- | ---: | --- | --- | --- | ---: | ---: | --- | --- |\(hasShares ? " ---: |" : "")\n"
        for row in rows {
            guard row.isFinite else { throw .notFinite(table: name, row: row.name) }
            let share = hasShares ? [row.memoryShare.map { Decimals.significant($0) } ?? ""] : []
            text += "| " + (Self.cells(of: row) + share).map(Self.oneLine).joined(separator: " | ") + " |\n"
        }
        return text
    }

    private static func cells(of row: ResultRow) -> [String] {
        func range(_ low: Double, _ high: Double) -> String {
            "\(Decimals.significant(low)) to \(Decimals.significant(high))"
        }
        let target = row.target.map { "\($0.direction == .atLeast ? "≥" : "≤") \(Decimals.significant($0.value))" }
        var ratio = row.peer?.ratio.map { Decimals.significant($0) } ?? ""
        if let interval = row.peer?.ratioInterval, let low = interval.first, let high = interval.last {
            ratio += " (\(range(low, high)))"
        }
        return [
            row.name, Decimals.significant(row.value), row.unit, row.interval.map { range($0.low, $0.high) } ?? "",
            row.peer?.name ?? "", row.peer.map { Decimals.significant($0.value) } ?? "", ratio,
            target ?? "informational", row.isMet.map { $0 ? "yes" : "no" } ?? "",
        ]
    }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ").replacing("|", with: "\\|")
    }

    /// Writes `NAME.json` and `NAME.md` into `directory`, each whole or not at all.
    package func write(into directory: String) throws(ResultError) {
        guard !name.isEmpty, name.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 45 })
        else { throw .badName(name) }
        let files = [("json", try json()), ("md", try markdown())]
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            for (suffix, text) in files {
                let url = URL(fileURLWithPath: directory).appendingPathComponent("\(name).\(suffix)")
                try Data(text.utf8).write(to: url, options: .atomic)
            }
        } catch {
            throw .unwritable(directory: directory, reason: "\(error)")
        }
    }
}

/// Why results cannot be written.
package enum ResultError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A name that is no file name of ours.
    case badName(String)
    /// A figure that JSON cannot hold.
    case notFinite(table: String, row: String)
    /// The files cannot be written.
    case unwritable(directory: String, reason: String)

    /// One sentence.
    package var description: String {
        switch self {
        case .badName(let name): "\"\(name)\" does not name a table: lower-case letters, digits and hyphens alone"
        case .notFinite(let table, let row): "table \(table), row \(row): a figure is not a finite number"
        case .unwritable(let directory, let reason): "results cannot be written into \(directory): \(reason)"
        }
    }
}
