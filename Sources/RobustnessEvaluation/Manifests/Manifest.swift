internal import Foundation

/// A list of images with what is known about each: attacked ones (`file, attack, true_label, pred_adv_png,
/// still_adversarial`, and `source_file` where several images come from one) or clean ones (`file, role, true_label`). Other
/// columns are ignored.
package struct Manifest: Sendable {
    /// One image.
    package struct Row: Hashable, Sendable {
        /// Line of the manifest, from 1.
        package let line: Int
        /// Path below the manifest's folder.
        package let file: String
        /// The attack; nil for a clean image.
        package let attack: String?
        /// What the image is for: `clean_cal`, `clean_test`, …; nil for an attacked image.
        package let role: String?
        /// What it shows.
        package let trueLabel: String
        /// What the attacker wants it read as: the unguarded model's reading; nil for a clean image.
        package let attackerLabel: String?
        /// True when the stored image fools the unguarded model; false for a clean image.
        package let isStillAdversarial: Bool
        /// The image that it was made from (`source_file`); nil where the manifest does not say.
        package let source: String?
    }

    /// Where the manifest came from.
    package let origin: String
    /// The images, in the order of the file.
    package let rows: [Row]

    /// The manifest in the file at `path`.
    package static func load(_ path: String) throws(ManifestError) -> Manifest {
        guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable(origin: path) }
        return try parse(Array(data), origin: path)
    }

    /// The manifest that `bytes` hold. `origin` names it in errors, and its folder is where the images are.
    package static func parse(_ bytes: [UInt8], origin: String) throws(ManifestError) -> Manifest {
        let records = try CSVReader.records(bytes, origin: origin)
        guard let heading = records.first else { throw .empty(origin: origin) }
        let columns = try Columns(heading, origin: origin)
        let isAttacked = columns.has("attack")
        let needed =
            isAttacked
            ? ["file", "attack", "true_label", "pred_adv_png", "still_adversarial"] : ["file", "role", "true_label"]
        try columns.require(needed)
        var rows: [Row] = []
        for record in records.dropFirst() {
            try columns.checkWidth(record)
            rows.append(isAttacked ? try attacked(columns, record) : try clean(columns, record))
        }
        return Manifest(origin: origin, rows: rows)
    }

    /// Where the image of `row` is.
    package func path(of row: Row) -> String {
        guard let slash = origin.lastIndex(of: "/") else { return row.file }
        return String(origin[...slash]) + row.file
    }

    private static func attacked(_ columns: Columns, _ record: CSVReader.Record) throws(ManifestError) -> Row {
        let flag = try columns.text("still_adversarial", record)
        guard flag == "0" || flag == "1" else {
            throw columns.bad("still_adversarial", record, flag, "0 or 1")
        }
        return Row(
            line: record.line, file: try columns.file(record), attack: try columns.text("attack", record), role: nil,
            trueLabel: try columns.text("true_label", record), attackerLabel: try columns.text("pred_adv_png", record),
            isStillAdversarial: flag == "1", source: columns.optional("source_file", record))
    }

    private static func clean(_ columns: Columns, _ record: CSVReader.Record) throws(ManifestError) -> Row {
        Row(
            line: record.line, file: try columns.file(record), attack: nil, role: try columns.text("role", record),
            trueLabel: try columns.text("true_label", record), attackerLabel: nil, isStillAdversarial: false,
            source: nil)
    }
}

/// The heading of a manifest.
private struct Columns {
    let origin: String
    let line: Int
    let count: Int
    private var positions: [String: Int] = [:]

    init(_ heading: CSVReader.Record, origin: String) throws(ManifestError) {
        self.origin = origin
        line = heading.line
        count = heading.fields.count
        for (position, name) in heading.fields.enumerated() {
            let name = name.trimmingCharacters(in: .whitespaces)
            guard positions.updateValue(position, forKey: name) == nil else {
                throw .repeatedColumn(origin: origin, line: line, column: name)
            }
        }
    }

    func has(_ column: String) -> Bool { positions[column] != nil }

    func require(_ columns: [String]) throws(ManifestError) {
        for column in columns where !has(column) {
            throw .missingColumn(origin: origin, line: line, column: column)
        }
    }

    func checkWidth(_ record: CSVReader.Record) throws(ManifestError) {
        guard record.fields.count <= count else {
            throw .tooManyFields(origin: origin, line: record.line, found: record.fields.count, expected: count)
        }
    }

    func text(_ column: String, _ record: CSVReader.Record) throws(ManifestError) -> String {
        guard let position = positions[column] else {
            throw .missingColumn(origin: origin, line: line, column: column)
        }
        guard position < record.fields.count else {
            throw .missingField(origin: origin, line: record.line, column: column)
        }
        let value = record.fields[position].trimmingCharacters(in: .whitespaces)
        guard !value.isEmpty else { throw bad(column, record, value, "a value") }
        return value
    }

    /// The value of a column that there need not be; nil where it is absent or empty.
    func optional(_ column: String, _ record: CSVReader.Record) -> String? {
        guard let position = positions[column], position < record.fields.count else { return nil }
        let value = record.fields[position].trimmingCharacters(in: .whitespaces)
        return value.isEmpty ? nil : value
    }

    /// A path that stays below the manifest's folder: evaluating sends the file away.
    func file(_ record: CSVReader.Record) throws(ManifestError) -> String {
        let value = try text("file", record)
        let parts = value.split(separator: "/", omittingEmptySubsequences: false)
        guard !value.hasPrefix("/"), !parts.contains(".."), !value.utf8.contains(0) else {
            throw bad("file", record, value, "a path below the manifest's folder")
        }
        return value
    }

    func bad(
        _ column: String, _ record: CSVReader.Record, _ value: String, _ expected: String
    ) -> ManifestError {
        .badField(
            origin: origin, line: record.line, column: column, value: String(value.prefix(80)), expected: expected)
    }
}
