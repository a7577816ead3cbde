/// One bar with its interval for each attack and rate.
enum AttackBars {
    /// Most letters of an attack's name that fit beside the bars.
    private static let nameLength = 26

    static func markup(_ report: EvaluationReport, detector: String) -> Markup {
        let attacks = report.detection.attacks
        let rates = report.rates
        let rowHeight = Double(rates.count) * 8 + 10
        var plot = Plot(
            width: 720, height: rowHeight * Double(attacks.count) + 78,
            margins: (left: 190, right: 30, top: 40, bottom: 38))
        legend(&plot, rates)
        plot.axes(
            horizontal: [0, 0.25, 0.5, 0.75, 1].map { ($0, RateText.text($0)) }, vertical: [],
            below: "attacked images found, with 95 % intervals", beside: "")
        for (row, attack) in attacks.enumerated() {
            let top = plot.top + rowHeight * Double(row) + 5
            plot.markup.element(
                "text",
                [
                    "x": Plot.number(plot.left - 8), "y": Plot.number(top + rowHeight / 2 - 1), "text-anchor": "end",
                    "class": attack == "ALL" ? "t strong" : "t",
                ]
            ) { text in
                text.element("title", attack)
                text.write(attack.count > nameLength ? attack.prefix(nameLength - 1) + "…" : attack)
            }
            for (index, rate) in rates.enumerated() {
                guard let found = report.detection.cell(detector, attack, rate)?.detected, let share = found.share
                else { continue }
                let y = top + Double(index) * 8
                plot.box(plot.left, y, plot.x(share) - plot.left, 6, style: "bar b\(index % 3)")
                let (low, high) = found.interval
                plot.line(plot.x(low), y + 3, plot.x(high), y + 3, style: "whisker")
                for end in [low, high] { plot.line(plot.x(end), y + 0.5, plot.x(end), y + 5.5, style: "whisker") }
            }
        }
        return plot.finished(
            id: "bars", title: "Found of each attack by \(detector)",
            description:
                "Bars give the share found at \(rates.map { RateText.text($0) }.joined(separator: ", ")) false "
                + "positives; the same figures are in the table below.")
    }

    private static func legend(_ plot: inout Plot, _ rates: [Double]) {
        for (index, rate) in rates.enumerated() {
            let x = plot.left + Double(index) * 110
            plot.box(x, 10, 12, 8, style: "bar b\(index % 3)")
            plot.label("at \(RateText.text(rate))", x + 17, 18)
        }
    }
}
