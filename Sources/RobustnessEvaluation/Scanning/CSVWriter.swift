/// Records as RFC 4180 describes them, safe to open in a spreadsheet.
enum CSVWriter {
    /// One record with its line ending, CR LF. A field that holds a comma, a quote or a line ending is quoted.
    static func record(_ fields: [String]) -> String {
        fields.map(quoted).joined(separator: ",") + "\r\n"
    }

    /// Free text as a field: what a spreadsheet would take for a formula begins with an apostrophe, and so does what begins
    /// with one already, so that reading back is exact.
    static func guarded(_ text: String) -> String {
        guard let first = text.unicodeScalars.first, dangerous.contains(first) else { return text }
        return "'" + text
    }

    /// The free text that `guarded` made `field` from.
    static func unguarded(_ field: String) -> String {
        var scalars = field.unicodeScalars.makeIterator()
        guard scalars.next() == "'", let second = scalars.next(), dangerous.contains(second) else { return field }
        return String(String.UnicodeScalarView(field.unicodeScalars.dropFirst()))
    }

    private static let dangerous: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r", "\n", "'"]

    private static func quoted(_ field: String) -> String {
        let needsQuotes = field.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\r" || $0 == "\n" }
        guard needsQuotes || field.first == " " || field.last == " " else { return field }
        // Scalar by scalar: a quote with a combining mark is one character, and would not be found as a quote.
        var text = "\""
        for scalar in field.unicodeScalars {
            if scalar == "\"" { text.unicodeScalars.append(scalar) }
            text.unicodeScalars.append(scalar)
        }
        return text + "\""
    }
}
