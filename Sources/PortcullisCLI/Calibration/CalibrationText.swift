import AdversarialDetectors
import RobustnessEvaluation

/// What `calibrate` prints.
enum CalibrationText {
    /// The tables of a report, with a blank line between them.
    static func lines(
        _ report: CalibrationReport, method: ScoreCombination, imagesPerRequest: [Int], requestsPerDay: [Int]
    ) -> [String] {
        var lines = thresholds(report)
        for rate in report.refused {
            lines.append(
                "not promised: " + CalibrationError.rateUnsupported(rate: rate, images: report.images).description)
        }
        lines += [""] + outOfSample(report)
        lines += [""] + requests(report, method: method, images: imagesPerRequest, days: requestsPerDay)
        lines += [""] + poison(report)
        return lines
    }

    private static func thresholds(_ report: CalibrationReport) -> [String] {
        let headings = report.rates.flatMap { ["at \(RateText.text($0))", "above"] }
        var table = TextTable(
            ["detector", "compared with", "images"] + headings,
            alignments: [.left, .left, .right] + headings.map { _ in .right })
        var hasStar = false
        for threshold in report.thresholds {
            var row = [
                threshold.subject + (threshold.isInFile ? "" : " (not in the file)"), compared(threshold),
                RateText.grouped(threshold.images),
            ]
            for index in report.rates.indices {
                let isSure = threshold.isSupported[index]
                hasStar = hasStar || !isSure
                row.append(threshold.values[index].map { RateText.number($0) + (isSure ? "" : "*") } ?? "-")
                row.append(threshold.above[index].map { RateText.grouped($0) } ?? "-")
            }
            table.add(row)
        }
        var lines = ["thresholds: flagged is what is strictly above"] + table.lines()
        if hasStar {
            lines.append("* holds on average, but so few images promise nothing at 95 %; - no threshold at all")
        }
        return lines
    }

    private static func compared(_ threshold: CalibrationReport.Threshold) -> String {
        let name = threshold.stratum.isEmpty ? "all" : threshold.stratum
        switch (threshold.aboveLevel, threshold.upToLevel) {
        case (nil, nil): return name
        case (nil, let high?): return "\(name), level up to \(RateText.number(high))"
        case (let low?, nil): return "\(name), level above \(RateText.number(low))"
        case (let low?, let high?):
            return "\(name), level \(RateText.number(low)) to \(RateText.number(high))"
        }
    }

    private static func outOfSample(_ report: CalibrationReport) -> [String] {
        var table = TextTable(["detector", "rate", "flagged", "worst predicted class"], alignments: [.left, .right])
        for figure in report.outOfSample {
            table.add([
                name(figure.subject), RateText.text(figure.rate), figure.flagged.text,
                figure.worstClass.map { "\($0.label): \($0.flagged.text)" } ?? "-",
            ])
        }
        return [
            "clean images flagged, out of sample: each half of the sample judged by thresholds of the other half; "
                + "95 % intervals"
        ] + table.lines()
    }

    /// A subject in words.
    static func name(_ subject: OutOfSample.Subject) -> String {
        switch subject {
        case .detector(let name): name
        case .tierZero(let method): "\(method.rawValue), no model call"
        case .all(let method): "\(method.rawValue), all"
        case .any: "any of them alone"
        }
    }

    private static func requests(
        _ report: CalibrationReport, method: ScoreCombination, images: [Int], days: [Int]
    ) -> [String] {
        let columns =
            images.map { (heading: "request of \(RateText.grouped($0))", images: $0) }
            + days.map { (heading: "client-day of \(RateText.grouped($0))", images: $0) }
        var table = TextTable(
            ["rate", "per image, measured"] + columns.map(\.heading),
            alignments: [.right, .left] + columns.map { _ in .right })
        for figure in report.outOfSample where figure.subject == .all(method) {
            table.add(
                [RateText.text(figure.rate), figure.flagged.text]
                    + columns.map { column in
                        let nominal = CalibrationReport.perRequest(figure.rate, images: column.images)
                        let high = CalibrationReport.perRequest(figure.flagged.interval.high, images: column.images)
                        return "\(RateText.percent(nominal, places: 1)), up to \(RateText.percent(high, places: 1))"
                    })
        }
        return [
            "one clean image at least flagged by \(method.rawValue), all: at the rate itself, and at the upper end of what "
                + "was measured; images taken for independent"
        ] + table.lines()
    }

    private static func poison(_ report: CalibrationReport) -> [String] {
        var table = TextTable(
            ["detector", "compared with", "rate", "threshold", "without them", "left out", "undone by"],
            alignments: [.left, .left, .right, .right, .right, .right])
        for threshold in report.thresholds where threshold.isInFile {
            for (rate, bound) in zip(report.rates, threshold.poison) {
                guard let bound else { continue }
                table.add([
                    threshold.subject, compared(threshold), RateText.text(rate), RateText.number(bound.threshold),
                    RateText.number(bound.thresholdWithout), RateText.grouped(bound.leftOut),
                    "\(RateText.grouped(bound.undoneBy)) images, \(RateText.percent(bound.undoneByShare))",
                ])
            }
        }
        return [
            "if the oddest 2 % of the sample were hostile, thresholds would be what is under \"without them\"; so many hostile "
                + "images undo one altogether"
        ] + table.lines()
    }
}
