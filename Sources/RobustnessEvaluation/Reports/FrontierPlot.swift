/// Attacks accepted against clean images served, as the rate at which the combination flags moves.
enum FrontierPlot {
    /// Where the plot begins at its foot, and how far it spreads.
    private struct Frame {
        let plot: Plot
        let floor: Double

        /// A square root at the foot: what is worth choosing between lies near no attack at all.
        func place(_ accepted: Double, _ served: Double) -> (x: Double, y: Double) {
            (plot.x(accepted.squareRoot()), plot.y((served - floor) / (1 - floor)))
        }
    }

    static func markup(_ frontier: ProtectionFrontier, report: EvaluationReport) -> Markup {
        var plot = Plot(width: 520, height: 340, margins: (left: 60, right: 26, top: 26, bottom: 42))
        let accuracy = report.accuracy
        let points = frontier.points.compactMap { point -> (accepted: Double, served: Double, rate: Double)? in
            guard let accepted = point.accepted.share, let served = point.served.share else { return nil }
            return (accepted, served, point.rate)
        }
        let all =
            points.map(\.served) + [accuracy.cleanServed.share, accuracy.cleanUnguarded?.share].compactMap(\.self)
        let frame = Frame(plot: plot, floor: max(0, ((all.min() ?? 0) * 10 - 0.5).rounded(.down) / 10))
        let step = frame.floor >= 0.75 ? 0.05 : frame.floor >= 0.5 ? 0.1 : 0.2
        let heights = stride(from: 1.0, through: frame.floor - 1e-9, by: -step)
        plot.axes(
            horizontal: [0, 0.01, 0.05, 0.2, 0.5, 1].map { ($0.squareRoot(), RateText.text($0)) },
            vertical: heights.map { (($0 - frame.floor) / (1 - frame.floor), RateText.percent($0, places: 0)) },
            below: "attacks accepted with the attacker's label, unflagged (square-root scale)",
            beside: "clean images answered right, unflagged")
        plot.path(points.map { frame.place($0.accepted, $0.served) }, style: "curve s0")
        for point in points {
            let spot = frame.place(point.accepted, point.served)
            plot.mark(
                spot.x, spot.y, style: "dot s0",
                saying:
                    "flagging at \(RateText.text(point.rate)): accepted \(Decimals.fixed(point.accepted, 3)), served "
                    + Decimals.fixed(point.served, 3))
        }
        mark(&plot, frame, "as the policy decides", accuracy.acceptedGuarded, accuracy.cleanServed, style: "dot s1")
        if let accepted = accuracy.acceptedUnguarded, let clean = accuracy.cleanUnguarded {
            mark(&plot, frame, "without the guard", accepted, clean, style: "dot s2")
        }
        return plot.finished(
            id: "frontier", title: "Protection frontier",
            description:
                "Up and to the left is better. The line is what flagging by p-value alone would give at rates from "
                + "0 to 30 %; the same figures are in the table below.")
    }

    private static func mark(
        _ plot: inout Plot, _ frame: Frame, _ words: String, _ accepted: Proportion, _ served: Proportion, style: String
    ) {
        guard let x = accepted.share, let y = served.share else { return }
        let spot = frame.place(x, y)
        plot.mark(spot.x, spot.y, style: style, saying: words)
        let isLeft = x > 0.3
        plot.label(words, spot.x + (isLeft ? -8 : 8), spot.y + 15, anchor: isLeft ? "end" : "start", style: "t strong")
    }
}
