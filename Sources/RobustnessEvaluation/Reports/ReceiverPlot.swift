internal import Foundation

/// The receiver operating characteristic of one detector, false positives on a logarithmic axis: what matters happens
/// below one in a hundred.
enum ReceiverPlot {
    /// The lowest false-positive rate that is drawn.
    private static let lowest = 0.001

    static func markup(_ item: EvaluationReport.Curve, rates: [Double], id: String) -> Markup {
        var plot = Plot(width: 300, height: 250, margins: (left: 46, right: 24, top: 24, bottom: 40))
        plot.axes(
            horizontal: [0.001, 0.01, 0.1, 1].map { (place($0), RateText.text($0)) },
            vertical: [0, 0.25, 0.5, 0.75, 1].map { ($0, RateText.text($0)) }, below: "clean images flagged",
            beside: "attacked images found")
        for rate in rates where rate >= lowest {
            plot.line(plot.x(place(rate)), plot.top, plot.x(place(rate)), plot.bottom, style: "guide")
        }
        let chance = stride(from: 0.0, through: 1, by: 0.02).map { share in
            (x: plot.x(share), y: plot.y(pow(lowest, 1 - share)))
        }
        plot.path(chance, style: "chance")
        // Between two thresholds the curve steps: nothing in between can be chosen.
        var places: [(x: Double, y: Double)] = []
        for point in item.curve.simplified(step: 0.002) {
            let x = plot.x(place(point.falsePositives))
            if let last = places.last { places.append((x, last.y)) }
            places.append((x, plot.y(point.detected)))
        }
        plot.path(places, style: "curve s0")
        plot.label(
            "area \(Decimals.fixed(item.curve.area, 3))", plot.right - 4, plot.bottom - 8, anchor: "end",
            style: "t strong")
        let named = rates.map { rate in
            "at \(RateText.text(rate)) of clean images \(RateText.text(rounded(detected(item.curve, rate)))) found"
        }
        return plot.finished(
            id: id, title: "Receiver operating characteristic of \(item.detector)",
            description:
                "Area under the curve \(Decimals.fixed(item.curve.area, 3)); \(named.joined(separator: "; ")). The dashed "
                + "line is chance.")
    }

    /// The place of a rate on the logarithmic axis; rates below the lowest stand at its beginning.
    private static func place(_ rate: Double) -> Double {
        rate <= lowest ? 0 : 1 - log10(rate) / log10(lowest)
    }

    /// The most that is found with at most this share of clean images flagged.
    private static func detected(_ curve: ReceiverCurve, _ rate: Double) -> Double {
        curve.points.last { $0.falsePositives <= rate }?.detected ?? 0
    }

    private static func rounded(_ share: Double) -> Double { (share * 1000).rounded() / 1000 }
}
