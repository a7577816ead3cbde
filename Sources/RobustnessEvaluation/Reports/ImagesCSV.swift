/// One row for each image, for a spreadsheet: nothing in it can become a formula.
package enum ImagesCSV {
    /// The text of `images.csv`: a heading, then the images in their order. Boxes are `x y width height`, with semicolons
    /// between them.
    package static func text(_ images: [EvaluatedImage]) -> String {
        let detectors = EvaluationReport.detectors(in: images).filter { $0 != EvaluatedImage.combinedName }
        var heading = [
            "file", "attack", "role", "true_label", "attacker_label", "still_adversarial", "verdict", "answered_label",
            "model_label", "unguarded_label", "detected", "accepted_with_attackers_label", "reasons", "gate",
            "verdict_behind_gate", "degraded", "extra_calls", "milliseconds", "unguarded_milliseconds", "problem",
            "combined_p_value",
        ]
        heading += detectors.flatMap { ["\($0)_score", "\($0)_p_value"] }
        let pointing = detectors.filter { name in images.contains { $0.scores[name]?.boxes.isEmpty == false } }
        heading += pointing.map { "\($0)_boxes" }
        var text = CSVWriter.record(heading.map(CSVWriter.guarded))
        for image in images {
            let outcome = image.outcome
            var fields = [
                image.file, outcome.attack, image.role, outcome.trueLabel, outcome.attackerLabel,
                image.isClean ? nil : flag(outcome.isStillAdversarial), outcome.handling.rawValue, outcome.answerLabel,
                image.modelLabel, image.unguardedLabel, flag(outcome.isDetected),
                flag(outcome.isAcceptedWithAttackersLabel), image.reasons.joined(separator: " "), image.gate,
                image.behindGate?.handling.rawValue, image.degraded,
            ].map { CSVWriter.guarded($0 ?? "") }
            fields += [
                "\(image.extraCalls)", number(image.milliseconds), number(image.unguardedMilliseconds),
                CSVWriter.guarded(image.problem ?? ""), number(image.combined),
            ]
            for detector in detectors {
                fields += [number(image.scores[detector]?.score), number(image.scores[detector]?.pValue)]
            }
            fields += pointing.map { detector in
                (image.scores[detector]?.boxes ?? [])
                    .map { $0.map(String.init).joined(separator: " ") }.joined(separator: ";")
            }
            text += CSVWriter.record(fields)
        }
        return text
    }

    /// The shortest text that gives the same number again; empty for none.
    private static func number(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
    }

    private static func flag(_ holds: Bool) -> String { holds ? "1" : "0" }
}
