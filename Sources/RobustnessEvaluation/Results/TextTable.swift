/// A table for a terminal: columns as wide as their widest cell, two spaces apart.
package struct TextTable: Sendable {
    private var rows: [[String]]
    private let leftAligned: Set<Int>

    /// An empty table under `headings`; columns in `leftAligned` begin at their left edge, the others end at their right.
    package init(headings: [String], leftAligned: Set<Int> = [0]) {
        rows = [headings]
        self.leftAligned = leftAligned
    }

    /// Adds a row. Missing cells are empty; cells past the headings are left out.
    package mutating func add(_ cells: [String]) {
        let count = rows[0].count
        rows.append(Array((cells + Array(repeating: "", count: max(0, count - cells.count))).prefix(count)))
    }

    /// The lines, each ended by a newline; a rule stands under the headings. Control characters become `?`.
    package func render() -> String {
        let clean = rows.map { $0.map(Self.printable) }
        let widths = clean[0].indices.map { column in clean.map { $0[column].count }.max() ?? 0 }
        var text = ""
        for (index, row) in clean.enumerated() {
            text += line(row, widths) + "\n"
            if index == 0 {
                text += String(repeating: "-", count: widths.reduce(0, +) + 2 * max(0, widths.count - 1)) + "\n"
            }
        }
        return text
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var text = ""
        for (column, cell) in cells.enumerated() {
            let padding = String(repeating: " ", count: widths[column] - cell.count)
            if column > 0 { text += "  " }
            text += leftAligned.contains(column) ? cell + padding : padding + cell
        }
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }

    /// A hostile name must not move the terminal's cursor.
    private static func printable(_ cell: String) -> String {
        String(
            String.UnicodeScalarView(
                cell.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
    }
}
