/// A table of a page: a caption, headings, rows that begin with their name.
struct PageTable {
    /// One cell: words, and perhaps softer ones behind them.
    struct Cell {
        let words: String
        var detail = ""
        /// Numbers stand at the right.
        var isNumber = true

        /// A share with its interval and counts; a dash of nothing.
        static func share(_ proportion: Proportion?) -> Cell {
            guard let proportion, let share = proportion.share else { return Cell(words: "–") }
            let (low, high) = proportion.interval
            return Cell(
                words: Decimals.fixed(share, 3),
                detail:
                    "[\(Decimals.fixed(low, 3)), \(Decimals.fixed(high, 3))] \(proportion.count)/\(proportion.total)")
        }

        /// The share alone; a dash of nothing.
        static func short(_ proportion: Proportion?) -> Cell {
            Cell(words: proportion?.share.map { Decimals.fixed($0, 3) } ?? "–")
        }

        /// A whole number.
        static func count(_ value: Int) -> Cell { Cell(words: String(value)) }

        /// A measurement with one unit for the whole table.
        static func number(_ value: Double?) -> Cell { Cell(words: value.map { Decimals.significant($0) } ?? "–") }

        /// A class and its share of false positives; a dash of none.
        static func worst(_ worst: DetectionRates.WorstClass?) -> Cell {
            guard let worst, let share = worst.falsePositives.share else { return .text("–") }
            return Cell(
                words: worst.name,
                detail: "\(Decimals.fixed(share, 3)) \(worst.falsePositives.count)/\(worst.falsePositives.total)",
                isNumber: false)
        }

        /// Words at the left.
        static func text(_ words: String) -> Cell { Cell(words: words, isNumber: false) }
    }

    /// What the table says.
    let caption: String
    /// The first stands above the rows' names.
    let headings: [String]
    /// Each begins with its name; `ALL` stands out.
    private(set) var rows: [(name: String, cells: [Cell])] = []

    /// An empty table.
    init(_ caption: String, _ headings: [String]) {
        self.caption = caption
        self.headings = headings
    }

    /// Adds a row.
    mutating func add(_ name: String, _ cells: [Cell]) {
        rows.append((name, cells))
    }

    /// Appends the table to `page`.
    func write(to page: inout Markup) {
        page.element("div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": caption]) { page in
            page.element("table") { table in
                table.element("caption", caption)
                table.element("thead") { head in
                    head.element("tr") { row in
                        for (index, heading) in headings.enumerated() {
                            let isNumber = rows.first.map { index > 0 && $0.cells[index - 1].isNumber } ?? false
                            row.element("th", ["scope": "col", "class": isNumber ? "n" : ""], heading)
                        }
                    }
                }
                table.element("tbody") { body in
                    for item in rows { write(item, to: &body) }
                }
            }
        }
    }

    private func write(_ item: (name: String, cells: [Cell]), to body: inout Markup) {
        body.element("tr", ["class": item.name == "ALL" ? "all" : ""]) { row in
            row.element("th", ["scope": "row"], item.name)
            for cell in item.cells {
                row.element("td", ["class": cell.isNumber ? "n" : ""]) { data in
                    data.write(cell.words)
                    if !cell.detail.isEmpty { data.element("span", ["class": "i"], " " + cell.detail) }
                }
            }
        }
    }
}
