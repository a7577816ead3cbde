/// Attacks accepted against clean images served, as the rate at which the combination flags moves.
enum FrontierPlot {
    static func markup(_ frontier: ProtectionFrontier, report: EvaluationReport) -> Markup {
        var plot = Plot(width: 480, height: 320, margins: (left: 60, right: 20, top: 24, bottom: 42))
        let accuracy = report.accuracy
        let points = frontier.points.compactMap { point -> (x: Double, y: Double, rate: Double)? in
            guard let accepted = point.accepted.share, let served = point.served.share else { return nil }
            return (accepted, served, point.rate)
        }
        let lowest =
            (points.map(\.y) + [accuracy.cleanServed.share ?? 1, accuracy.cleanUnguarded?.share ?? 1]).min() ?? 0
        let floor = max(0, (lowest * 10).rounded(.down) / 10 - 0.05)
        let frame = plot
        func place(_ accepted: Double, _ served: Double) -> (x: Double, y: Double) {
            (frame.x(accepted), frame.y((served - floor) / (1 - floor)))
        }
        let steps = [0, 0.25, 0.5, 0.75, 1]
        plot.axes(
            horizontal: steps.map { ($0, RateText.text($0)) },
            vertical: steps.map { ($0, Decimals.fixed((floor + (1 - floor) * $0) * 100, 1) + " %") },
            below: "attacks accepted with the attacker's label, unflagged",
            beside: "clean images answered right, unflagged")
        plot.path(points.map { place($0.x, $0.y) }, style: "curve s0")
        for point in points {
            let (x, y) = place(point.x, point.y)
            plot.mark(
                x, y, style: "dot s0",
                saying:
                    "flagging at \(RateText.text(point.rate)): accepted \(Decimals.fixed(point.x, 3)), served "
                    + Decimals.fixed(point.y, 3))
        }
        mark(&plot, "as the policy decides", accuracy.acceptedGuarded, accuracy.cleanServed, style: "dot s1", place)
        if let accepted = accuracy.acceptedUnguarded, let clean = accuracy.cleanUnguarded {
            mark(&plot, "without the guard", accepted, clean, style: "dot s2", place)
        }
        return plot.finished(
            id: "frontier", title: "Protection frontier",
            description:
                "Up and to the left is better. The line is what flagging by p-value alone would give at rates from "
                + "0 to 30 %; the same figures are in the table below.")
    }

    private static func mark(
        _ plot: inout Plot, _ words: String, _ accepted: Proportion, _ served: Proportion, style: String,
        _ place: (Double, Double) -> (x: Double, y: Double)
    ) {
        guard let x = accepted.share, let y = served.share else { return }
        let spot = place(x, y)
        plot.mark(spot.x, spot.y, style: style, saying: words)
        let isLeft = x > 0.6
        plot.label(words, spot.x + (isLeft ? -8 : 8), spot.y + 14, anchor: isLeft ? "end" : "start", style: "t strong")
    }
}
