package import AdmissionPolicy

/// Images of known verdict, as `portcullis scan` writes them: CSV with at least the columns `file` and `verdict`;
/// `label`, `sha256` and `path` where they are there. Other columns are ignored.
package struct CanaryList: Hashable, Sendable {
    /// One image.
    package struct Row: Hashable, Sendable {
        /// Path below the list's folder.
        package let file: String
        /// How it was judged.
        package let verdict: VerdictKind
        /// What the model read; nil where it did not answer.
        package let label: String?
        /// Of the file's bytes, 64 hex digits; nil where the list does not say.
        package let sha256: String?
        /// The path that it is posted to; nil where the list does not say.
        package let path: String?
    }

    /// In the order of the file; never empty.
    package let rows: [Row]

    /// The list that `bytes` hold; `origin` names it in errors.
    package static func parse(_ bytes: [UInt8], origin: String) throws(ManifestError) -> CanaryList {
        let records = try CSVReader.records(bytes, origin: origin)
        guard let heading = records.first else { throw .empty(origin: origin) }
        let columns = heading.fields
        for needed in ["file", "verdict"] where !columns.contains(needed) {
            throw .missingColumn(origin: origin, line: heading.line, column: needed)
        }
        var rows: [Row] = []
        for record in records.dropFirst() {
            guard record.fields.count <= columns.count else {
                throw .tooManyFields(
                    origin: origin, line: record.line, found: record.fields.count, expected: columns.count)
            }
            func field(_ name: String) -> String? {
                guard let index = columns.firstIndex(of: name), index < record.fields.count else { return nil }
                let text = CSVWriter.unguarded(record.fields[index])
                return text.isEmpty ? nil : text
            }
            guard let file = field("file"), Self.staysBelow(file) else {
                throw .badField(
                    origin: origin, line: record.line, column: "file", value: field("file") ?? "",
                    expected: "a path below the list's folder")
            }
            guard let verdict = field("verdict").flatMap(VerdictKind.init(rawValue:)) else {
                throw .badField(
                    origin: origin, line: record.line, column: "verdict", value: field("verdict") ?? "",
                    expected: VerdictKind.allCases.map(\.rawValue).joined(separator: ", "))
            }
            if let path = field("path"), !path.hasPrefix("/") || path.contains(where: { $0 <= " " || $0 == "\u{7f}" }) {
                throw .badField(
                    origin: origin, line: record.line, column: "path", value: path, expected: "a path such as /predict")
            }
            rows.append(
                Row(
                    file: file, verdict: verdict, label: field("label"), sha256: field("sha256"), path: field("path")))
        }
        guard !rows.isEmpty else { throw .empty(origin: origin) }
        return CanaryList(rows: rows)
    }

    /// The server reads and sends what the list names: nothing outside its folder.
    private static func staysBelow(_ file: String) -> Bool {
        let parts = file.split(separator: "/", omittingEmptySubsequences: false)
        return !file.hasPrefix("/") && !parts.contains("..") && !file.utf8.contains(0)
    }
}
