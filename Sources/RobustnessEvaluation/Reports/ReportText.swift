extension EvaluationReport {
    /// What a terminal shows beside the files: figures by verdict, then each detector at the fixed rates.
    package func text() -> String {
        var text = summary.text()
        if subject.isModelAsked {
            var table = TextTable(headings: ["answered right", "without the guard", "with the guard"])
            if accuracy.cleanGuarded.total > 0 {
                table.add(["clean", accuracy.cleanUnguarded?.text ?? "-", accuracy.cleanGuarded.text])
            }
            if accuracy.robustGuarded.total > 0 {
                table.add(["attacked", accuracy.robustUnguarded?.text ?? "-", accuracy.robustGuarded.text])
            }
            text += "\n" + table.render()
        }
        if !detection.detectors.isEmpty {
            let headings = rates.map { RateText.text($0) }
            if !detection.attacks.isEmpty {
                var table = TextTable(headings: ["found of all attacks at"] + headings)
                for detector in detection.detectors {
                    table.add([detector] + rates.map { detection.cell(detector, "ALL", $0)?.detected.text ?? "-" })
                }
                text += "\n" + table.render()
            }
            if !detection.roles.isEmpty {
                var table = TextTable(headings: ["clean images flagged at"] + headings)
                for detector in detection.detectors {
                    table.add(
                        [detector] + rates.map { detection.cleanCell(detector, "ALL", $0)?.falsePositives.text ?? "-" })
                }
                text += "\n" + table.render()
            }
        }
        return text
    }
}
