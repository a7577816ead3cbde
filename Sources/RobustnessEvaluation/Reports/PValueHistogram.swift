internal import Foundation

/// Clean images by p-value: flat where the calibration holds for them.
enum PValueHistogram {
    /// Bins of equal width.
    static let bins = 20

    /// How many of `values` lie in each bin; a value on a boundary belongs to the bin below it, as p ≤ rate does.
    static func counts(_ values: [Double]) -> [Int] {
        var counts = [Int](repeating: 0, count: bins)
        for value in values {
            // The rounding of 0.15 * 20 must not put a boundary into the bin above.
            let bin = Int((value * Double(bins) - 1e-9).rounded(.up)) - 1
            counts[min(bins - 1, max(0, bin))] += 1
        }
        return counts
    }

    static func markup(_ values: [Double], detector: String, index: Int) -> Markup {
        var plot = Plot(width: 300, height: 200, margins: (left: 46, right: 24, top: 24, bottom: 40))
        let counts = counts(values)
        let expected = Double(values.count) / Double(bins)
        let spread = 2 * (expected * (1 - 1 / Double(bins))).squareRoot()
        let highest = max(Double(counts.max() ?? 0), expected + spread, 1)
        plot.axes(
            horizontal: [0, 0.25, 0.5, 0.75, 1].map { ($0, Decimals.fixed($0, 2)) },
            vertical: [(0, "0"), (1, Decimals.fixed(highest, 0))], below: "p-value",
            beside: "\(values.count) clean images")
        let top = plot.y((expected + spread) / highest)
        plot.box(
            plot.left, top, plot.right - plot.left, plot.y(max(0, expected - spread) / highest) - top, style: "band")
        let width = (plot.right - plot.left) / Double(bins)
        for (bin, count) in counts.enumerated() {
            let y = plot.y(Double(count) / highest)
            plot.box(plot.left + width * Double(bin) + 0.5, y, width - 1, plot.bottom - y, style: "bar b0")
        }
        plot.line(plot.left, plot.y(expected / highest), plot.right, plot.y(expected / highest), style: "guide")
        return plot.finished(
            id: "histogram-\(index)", title: "P-values of clean images: \(detector)",
            description:
                "\(counts[0]) of \(values.count) lie at 0.05 or below, where \(Decimals.fixed(expected, 1)) are "
                + "expected. The band is two standard deviations to each side of an even spread.")
    }
}
