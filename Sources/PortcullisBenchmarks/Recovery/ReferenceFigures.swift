/// What the reference implementations put back on the same attacks, as the lab's RESULTS.md prints it.
struct ReferenceFigures {
    /// Figures of one preprocessor by column: an attack's name, `ALL`, or `clean` for the clean accuracy.
    private var rows: [String: [String: Double]] = [:]

    /// No figures.
    init() {}

    /// The figures of the table under the heading "Accuracy recovered on still-adversarial SET images".
    init(markdown: String, set: String) {
        let lines = markdown.split(separator: "\n", omittingEmptySubsequences: false)
        let heading = "Accuracy recovered on still-adversarial \(set) images"
        guard let start = lines.firstIndex(where: { $0.hasPrefix("#") && $0.contains(heading) }) else { return }
        let table = lines[(start + 1)...].drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }.map(Self.cells)
        guard let columns = table.first else { return }
        for cells in table.dropFirst(2) where cells.count == columns.count {
            var figures: [String: Double] = [:]
            for (column, cell) in zip(columns, cells).dropFirst() {
                guard let number = cell.split(separator: " ").first.flatMap({ Double($0) }) else { continue }
                figures[column.hasPrefix("clean acc") ? "clean" : column] = number
            }
            rows[cells[0]] = figures
        }
    }

    /// The figure of `preprocessor` in `column`; nil where the table has none.
    func figure(_ preprocessor: String, _ column: String) -> Double? { rows[preprocessor]?[column] }

    private static func cells(_ line: Substring) -> [String] {
        line.split(separator: "|").map { cell in
            String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
    }
}
