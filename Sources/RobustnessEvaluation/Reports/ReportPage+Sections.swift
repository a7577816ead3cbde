extension ReportPage {
    static func detection(_ report: EvaluationReport, _ page: inout Markup) {
        guard !report.summary.attacks.isEmpty else { return }
        page.element("h2", "Attacks")
        var table = PageTable(
            "By what the policy decided; shares are of images that fool the unguarded model",
            ["attack", "images", "detected", "accepted with attacker's label", "answered right", "no verdict"])
        for attack in report.summary.attacks {
            table.add(
                attack.name,
                [
                    .count(attack.images), .share(attack.detected), .share(attack.acceptedUnflagged),
                    .share(attack.answeredRight), .count(attack.failed),
                ])
        }
        table.write(to: &page)
        let rates = report.detection
        guard !rates.detectors.isEmpty, !rates.attacks.isEmpty else { return }
        if let leading = rates.leading {
            page.element("h3", "At fixed rates: \(leading)")
            page.element("figure") { $0.append(AttackBars.markup(report, detector: leading)) }
        }
        if let rate = report.rates.first { matrix(report, rate).write(to: &page) }
        for detector in rates.detectors.reversed() {
            page.element("details", detector == rates.leading ? ["open": ""] : [:]) { details in
                details.element("summary", "\(detector), each attack at each rate")
                var table = PageTable(
                    "Found by \(detector) alone, with 95 % intervals",
                    ["attack"] + report.rates.map { "at \(RateText.text($0))" })
                for attack in rates.attacks {
                    table.add(attack, report.rates.map { .share(rates.cell(detector, attack, $0)?.detected) })
                }
                table.write(to: &details)
            }
        }
    }

    private static func matrix(_ report: EvaluationReport, _ rate: Double) -> PageTable {
        let rates = report.detection
        var table = PageTable(
            "Found at \(RateText.text(rate)) false positives, each detector alone and all together",
            ["attack"] + rates.detectors)
        for attack in rates.attacks {
            table.add(attack, rates.detectors.map { .short(rates.cell($0, attack, rate)?.detected) })
        }
        return table
    }

    static func falsePositives(_ report: EvaluationReport, _ page: inout Markup) {
        let rates = report.detection
        guard !report.roles.isEmpty else { return }
        page.element("h2", "Clean images")
        var verdicts = PageTable(
            "By what the policy decided",
            ["role", "answered right, unflagged", "false positives", "worst class", "no verdict"])
        for role in report.roles {
            verdicts.add(
                role.role,
                [.share(role.served), .share(role.falsePositives), .worst(role.worstClass), .count(role.failed)])
        }
        verdicts.write(to: &page)
        guard !rates.detectors.isEmpty else { return }
        for role in rates.roles where role != "ALL" || rates.roles.count > 2 {
            var table = PageTable(
                "False positives of \(role) at each rate, and the class that is flagged most of those with at least "
                    + "\(DetectionRates.fewestOfClass) images",
                ["detector"] + report.rates.flatMap { ["at \(RateText.text($0))", "worst class"] })
            for detector in rates.detectors {
                table.add(
                    detector,
                    report.rates.flatMap { rate -> [Cell] in
                        let cell = rates.cleanCell(detector, role, rate)
                        return [.share(cell?.falsePositives), .worst(cell?.worstClass)]
                    })
            }
            table.write(to: &page)
        }
        page.element("h3", "P-values of clean images")
        page.element(
            "p",
            "Where the calibration holds for these images, p-values spread evenly. A peak at the left means more false "
                + "positives than promised; an empty left means that the thresholds are stricter than they need be. A "
                + "detector that finds many images equally plain has them all at one place, at the right.")
        page.element("div", ["class": "plots"]) { plots in
            for (index, detector) in rates.detectors.enumerated() {
                let values = report.images.filter(\.isClean).compactMap { $0.pValue(of: detector) }
                guard !values.isEmpty else { continue }
                plots.element("figure") { figure in
                    figure.append(PValueHistogram.markup(values, detector: detector, index: index))
                    figure.element("figcaption", detector)
                }
            }
        }
    }

    static func curves(_ report: EvaluationReport, _ page: inout Markup) {
        guard !report.curves.isEmpty else { return }
        page.element("h2", "Receiver operating characteristics")
        page.element(
            "p",
            "Every threshold at once: attacked images that fool the model against clean ones. The lower axis is logarithmic, "
                + "because thresholds live at its left end. An image that a detector says nothing about is the least odd."
        )
        page.element("div", ["class": "plots"]) { plots in
            for (index, item) in report.curves.enumerated() {
                plots.element("figure") { figure in
                    figure.append(ReceiverPlot.markup(item, rates: report.rates, id: "roc-\(index)"))
                    figure.element("figcaption", item.detector)
                }
            }
        }
        page.element("details") { details in
            details.element("summary", "Area under the curve for each attack")
            var table = PageTable(
                "Area under the curve: the chance that an attacked image is odder than a clean one",
                ["attack"] + report.curves.map(\.detector))
            for attack in report.detection.attacks where attack != "ALL" {
                table.add(
                    attack,
                    report.curves.map { item in
                        let area = item.areas.first { $0.attack == attack }?.area
                        return Cell(words: area.map { Decimals.fixed($0, 3) } ?? "–")
                    })
            }
            table.add("ALL", report.curves.map { Cell(words: Decimals.fixed($0.curve.area, 3)) })
            table.write(to: &details)
        }
    }

    static func cost(_ report: EvaluationReport, _ page: inout Markup) {
        page.element("h2", "Cost")
        var table = PageTable(
            "With \(report.subject.concurrency) requests open at once",
            ["", "images", "mean", "p50", "p95", "p99", "largest"])
        func add(_ name: String, _ quantiles: Quantiles?) {
            guard let quantiles else { return }
            table.add(
                name,
                [
                    .count(quantiles.count), .number(quantiles.mean), .number(quantiles.median), .number(quantiles.p95),
                    .number(quantiles.p99), .number(quantiles.largest),
                ])
        }
        add("milliseconds through the guard", report.cost.guarded)
        add("milliseconds of the model alone", report.cost.unguarded)
        let isOpened = report.cost.extraCallsAsPolicy != nil
        add("extra model calls for one request\(isOpened ? ", gate open" : "")", report.cost.extraCalls)
        add("extra model calls for one request, gate as the policy has it", report.cost.extraCallsAsPolicy)
        table.write(to: &page)
        guard let gate = report.gate else { return }
        page.element("h3", "The gate")
        var gates = PageTable("Detectors with model calls run only where the gate opens", ["", "share or count"])
        for outcome in gate.outcomes { gates.add("gate: \(outcome.name)", [.count(outcome.count)]) }
        gates.add("clean images behind a closed gate", [.share(gate.closedClean)])
        gates.add("attacked images behind a closed gate", [.share(gate.closedAttacked)])
        gates.add("missed by the closed gate, found with it open, of all attacked", [.share(gate.missed)])
        gates.add("the same, of those behind the closed gate", [.share(gate.missedOfClosed)])
        gates.add("attacked images detected, gate as the policy has it", [.share(gate.detectedAsPolicy)])
        gates.add(
            "attacker's label accepted unflagged, gate as the policy has it", [.share(gate.acceptedAsPolicy)])
        gates.add("detected among attacked images of the random sample", [.share(gate.sampledDetected)])
        gates.write(to: &page)
    }

    static func problems(_ report: EvaluationReport, _ page: inout Markup) {
        guard !report.degraded.isEmpty || !report.failed.isEmpty else { return }
        page.element("h2", "What did not happen")
        if !report.degraded.isEmpty {
            var table = PageTable("Checks that were due and did not happen", ["cause", "images"])
            for cause in report.degraded { table.add(FailureText.degraded(cause.name), [.count(cause.count)]) }
            table.write(to: &page)
        }
        if !report.failed.isEmpty {
            let shown = report.failed.prefix(50)
            var table = PageTable(
                "Images without a verdict, \(shown.count) of \(report.failed.count); images.csv has all",
                ["file", "why"])
            for index in shown {
                table.add(report.images[index].file, [.text(report.images[index].problem ?? "unknown")])
            }
            table.write(to: &page)
        }
    }
}
