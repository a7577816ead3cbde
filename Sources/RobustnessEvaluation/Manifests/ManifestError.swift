/// Why a manifest cannot be used. Lines count from 1.
package enum ManifestError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file cannot be read.
    case unreadable(origin: String)
    /// No line at all.
    case empty(origin: String)
    /// The heading lacks a column.
    case missingColumn(origin: String, line: Int, column: String)
    /// The heading has a column twice.
    case repeatedColumn(origin: String, line: Int, column: String)
    /// A row ends before this column.
    case missingField(origin: String, line: Int, column: String)
    /// A row has more fields than the heading.
    case tooManyFields(origin: String, line: Int, found: Int, expected: Int)
    /// A field does not hold what its column is for.
    case badField(origin: String, line: Int, column: String, value: String, expected: String)
    /// A quoted field is not closed, or something stands beside its quotes.
    case badQuote(origin: String, line: Int)
    /// The bytes are not UTF-8.
    case notUTF8(origin: String, line: Int)

    /// One sentence that begins with file and line.
    package var description: String {
        switch self {
        case .unreadable(let origin): "\(origin): cannot be read"
        case .empty(let origin): "\(origin): has no heading"
        case .missingColumn(let origin, let line, let column): "\(origin):\(line): the column \"\(column)\" is missing"
        case .repeatedColumn(let origin, let line, let column):
            "\(origin):\(line): the column \"\(column)\" is there twice"
        case .missingField(let origin, let line, let column): "\(origin):\(line): the row ends before \"\(column)\""
        case .tooManyFields(let origin, let line, let found, let expected):
            "\(origin):\(line): \(found) fields where the heading has \(expected)"
        case .badField(let origin, let line, let column, let value, let expected):
            "\(origin):\(line): \"\(column)\" holds \"\(value)\" instead of \(expected)"
        case .badQuote(let origin, let line): "\(origin):\(line): a quoted field is not closed properly"
        case .notUTF8(let origin, let line): "\(origin):\(line): not UTF-8"
        }
    }
}
