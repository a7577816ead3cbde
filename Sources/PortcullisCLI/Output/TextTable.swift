/// Columns of text, each as wide as its widest cell.
struct TextTable: Sendable {
    /// Where a column's text stands.
    enum Alignment: Sendable {
        case left, right
    }

    private let alignments: [Alignment]
    private var rows: [[String]]

    /// A table with these headings; columns past `alignments` stand left.
    init(_ headings: [String], alignments: [Alignment] = []) {
        self.rows = [headings]
        self.alignments = alignments
    }

    /// Adds a row; missing cells are blank.
    mutating func add(_ row: [String]) {
        rows.append(row)
    }

    /// The lines, headings first, without trailing blanks. `paint` colours a whole padded cell of a row from 0.
    func lines(paint: (_ row: Int, _ column: Int, _ text: String) -> String = { $2 }) -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? Self.width($0[column]) : 0 }.max() ?? 0
        }
        return rows.enumerated().map { index, row in
            var line = ""
            for column in 0..<columns {
                let cell = column < row.count ? row[column] : ""
                let padding = String(repeating: " ", count: widths[column] - Self.width(cell))
                let isRight = column < alignments.count && alignments[column] == .right
                let isLast = column == columns - 1
                let padded = isRight ? padding + cell : (isLast ? cell : cell + padding)
                line += index == 0 ? padded : paint(index - 1, column, padded)
                if !isLast { line += "  " }
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    /// The same as a Markdown table.
    func markdown() -> [String] {
        guard let headings = rows.first else { return [] }
        let rule = headings.indices.map { $0 < alignments.count && alignments[$0] == .right ? "---:" : "---" }
        return [headings, rule].map(Self.markdownRow) + rows.dropFirst().map(Self.markdownRow)
    }

    private static func markdownRow(_ cells: [String]) -> String {
        "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }

    private static func width(_ text: String) -> Int { text.count }
}
