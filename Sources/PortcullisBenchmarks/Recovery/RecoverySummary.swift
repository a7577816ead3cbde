import RobustnessEvaluation

/// What one pipeline does: images put back to their true label, by attack, and clean images read right.
struct RecoverySummary {
    /// What it is called in tables.
    let title: String
    /// By attack, in the order of their names.
    let attacks: [(name: String, recovered: Proportion)]
    /// All attacked images.
    let all: Proportion
    /// Clean images read right.
    let clean: Proportion

    /// `labels` is what the model read after the pipeline, one for each of `rows`, whose attacked ones still fool the
    /// model that nothing guards.
    init(title: String, rows: [Manifest.Row], labels: [String]) {
        var counts: [String: (right: Int, total: Int)] = [:]
        var clean = (right: 0, total: 0)
        for (row, label) in zip(rows, labels) {
            let isRight = label == row.trueLabel ? 1 : 0
            if let attack = row.attack {
                let count = counts[attack] ?? (0, 0)
                counts[attack] = (count.right + isRight, count.total + 1)
            } else {
                clean = (clean.right + isRight, clean.total + 1)
            }
        }
        self.title = title
        attacks = counts.sorted { $0.key < $1.key }.map { ($0.key, Proportion($0.value.right, of: $0.value.total)) }
        all = attacks.reduce(Proportion(0, of: 0)) { $0 + $1.recovered }
        self.clean = Proportion(clean.right, of: clean.total)
    }

    /// Every share by its column: `clean`, `ALL`, and the attacks.
    private var shares: [(column: String, proportion: Proportion)] {
        [("clean", clean), ("ALL", all)] + attacks.map { ($0.name, $0.recovered) }
    }

    /// The reference's figure in a column. For `ALL`, its figures for our attacks, weighted by our counts: its own `ALL`
    /// counts attacks that are not among these.
    private func figure(of reference: String?, _ column: String, _ figures: ReferenceFigures) -> Double? {
        guard let reference else { return nil }
        guard column == "ALL" else { return figures.figure(reference, column) }
        var sum = 0.0
        for (name, proportion) in attacks {
            guard let share = figures.figure(reference, name) else { return nil }
            sum += share * Double(proportion.total)
        }
        return all.total > 0 ? sum / Double(all.total) : nil
    }

    /// Rows `TITLE; clean`, `TITLE; ALL`, `TITLE; ATTACK`, each beside the reference's figure where there is one.
    func rows(reference: String?, figures: ReferenceFigures) -> [ResultRow] {
        shares.compactMap { column, proportion in
            let peer = figure(of: reference, column, figures).flatMap { figure in
                reference.map { ResultRow.Peer(name: "\($0), lab/RESULTS.md", value: figure, ratio: nil) }
            }
            return ResultRow(name: "\(title); \(column)", proportion, peer: peer)
        }
    }

    /// All pipelines side by side, as Markdown: a line for each, a column for each share.
    static func matrix(_ summaries: [(summary: RecoverySummary, reference: String?)], figures: ReferenceFigures)
        -> String
    {
        guard let columns = summaries.first?.summary.shares.map(\.column) else { return "" }
        func cell(_ share: Double?) -> String {
            share.map { value in
                let hundredths = Int((value * 100).rounded())
                return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
            } ?? ""
        }
        var text = "| pipeline | clean | ALL | reference: clean | reference: ALL |"
        text += columns.dropFirst(2).map { " \($0) |" }.joined() + "\n"
        text += "| --- |" + String(repeating: " ---: |", count: columns.count + 2)
        for (summary, reference) in summaries {
            let shares = summary.shares.map { cell($0.proportion.share) }
            let others = ["clean", "ALL"].map { cell(summary.figure(of: reference, $0, figures)) }
            text +=
                "\n| " + ([summary.title] + shares.prefix(2) + others + shares.dropFirst(2)).joined(separator: " | ")
            text += " |"
        }
        return text
    }
}
