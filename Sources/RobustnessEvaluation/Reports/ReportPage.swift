/// The report as one HTML file that needs nothing else: no script, no request, no other file.
package enum ReportPage {
    /// The page. `preview` gives a picture of an image that went wrong, by its position; nil where there is none to show.
    package static func html(_ report: EvaluationReport, preview: (Int) -> ImagePreview?) -> String {
        var page = Markup()
        page.literal("<!DOCTYPE html>\n")
        page.element("html", ["lang": "en"]) { html in
            html.element("head") { head in
                head.void("meta", ["charset": "utf-8"])
                head.void(
                    "meta",
                    ["http-equiv": "Content-Security-Policy", "content": ReportStyle.contentSecurityPolicy])
                head.void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
                head.void("meta", ["name": "referrer", "content": "no-referrer"])
                head.element("title", "Evaluation of \(report.subject.policy)")
                head.element("style") { $0.literal(ReportStyle.sheet) }
            }
            html.element("body") { body in
                body.element("main") { main in
                    heading(report, &main)
                    endToEnd(report, &main)
                    detection(report, &main)
                    falsePositives(report, &main)
                    curves(report, &main)
                    cost(report, &main)
                    problems(report, &main)
                    WrongImagesSection.write(report, preview: preview, to: &main)
                }
            }
        }
        return page.text
    }

    private static func heading(_ report: EvaluationReport, _ page: inout Markup) {
        let subject = report.subject
        page.element("h1", "Evaluation of \(subject.policy)")
        page.element(
            "p", ["class": "soft"],
            "\(report.images.count) images, \(subject.time.prefix(19)) UTC. Rates are for these images and for attacks made as the manifests "
                + "say; they say nothing about attackers who know more.")
        if !report.notes.isEmpty {
            page.element("div", ["class": "notes", "role": "note"]) { notes in
                notes.element("strong", "Before you believe a figure")
                notes.element("ul") { list in
                    for note in report.notes { list.element("li", note) }
                }
            }
        }
        page.element("details") { details in
            details.element("summary", "What was measured, and how")
            conditions(subject).write(to: &details)
        }
    }

    private static func conditions(_ subject: EvaluationSubject) -> PageTable {
        var table = PageTable("What makes these figures again", ["what", "value"])
        func add(_ name: String, _ value: String?) { table.add(name, [.text(value ?? "none")]) }
        add("policy", "\(subject.policy), SHA-256 \(subject.policySHA256)")
        add("route", subject.route)
        add(
            "calibration",
            subject.calibration.map { "\($0.name), \($0.images) clean images, SHA-256 \($0.sha256)" })
        add("guard", subject.guardName)
        add("model", subject.model ?? "behind the guard")
        add("path", subject.path)
        for manifest in subject.manifests { add("manifest", "\(manifest.name), SHA-256 \(manifest.sha256)") }
        add("gate", subject.isGateOpened ? "opened where the policy closes it" : "as the policy has it")
        add("requests open at once", "\(subject.concurrency)")
        add("command", subject.command)
        add("commit", subject.commit)
        add("machine", subject.machine)
        add("version", subject.version)
        add("begun", subject.time)
        return table
    }

    private static func endToEnd(_ report: EvaluationReport, _ page: inout Markup) {
        let accuracy = report.accuracy
        page.element("h2", "End to end")
        var table = PageTable(
            "What a client gets, with 95 % Clopper–Pearson intervals", ["", "without the guard", "with the guard"])
        table.add("clean images answered right", [.share(accuracy.cleanUnguarded), .share(accuracy.cleanGuarded)])
        table.add("clean images answered right and unflagged", [Cell(words: "–"), .share(accuracy.cleanServed)])
        table.add(
            "clean images flagged, diverted or rejected",
            [Cell(words: "–"), .share(report.summary.clean?.falsePositives)])
        table.add("attacked images answered right", [.share(accuracy.robustUnguarded), .share(accuracy.robustGuarded)])
        table.add(
            "attacked images answered right, or flagged or held back",
            [.share(accuracy.robustUnguarded), .share(accuracy.robustUnharmed)])
        table.add(
            "of those that fool the model: accepted with the attacker's label, unflagged",
            [.share(accuracy.acceptedUnguarded), .share(accuracy.acceptedGuarded)])
        table.write(to: &page)
        if let frontier = report.frontier { write(frontier, report, &page) }
    }

    private static func write(_ frontier: ProtectionFrontier, _ report: EvaluationReport, _ page: inout Markup) {
        page.element("h3", "Protection frontier")
        page.element(
            "p",
            "Detection alone can be gamed: a guard that flags everything finds everything. This sets what attackers get against "
                + "what honest clients get.")
        page.element("figure") { $0.append(FrontierPlot.markup(frontier, report: report)) }
        page.element("details") { details in
            details.element("summary", "The same figures")
            var table = PageTable(
                "If \(report.detection.leading ?? "the p-value") alone flagged",
                ["flagging at", "attacker's label accepted", "clean answered right, unflagged"])
            for point in frontier.points {
                table.add(RateText.text(point.rate), [.share(point.accepted), .share(point.served)])
            }
            table.write(to: &details)
        }
    }

    typealias Cell = PageTable.Cell
}
