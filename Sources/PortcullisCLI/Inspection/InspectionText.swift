import AdmissionPolicy
import AdversarialDetectors
import GuardPipeline
import ImageCodecs
import PixelCore

/// An inspection for people and for programs.
enum InspectionText {
    /// Several lines.
    static func plain(_ inspection: Inspection, policy: PolicyPlan, route: RoutePlan, hasColours: Bool) -> String {
        var lines = ["\(inspection.file): \(heading(inspection, hasColours: hasColours))"]
        if let decoded = inspection.decoded {
            let facts = decoded.facts
            lines.append(
                "  \(facts.format.rawValue), \(decoded.image.shape.width) by \(decoded.image.shape.height) pixels, "
                    + "\(facts.colourModel.rawValue) \(facts.bitDepth) bit, \(facts.encodedBytes) bytes")
        }
        if let error = inspection.error { lines.append("  error: \(error)") }
        if let degraded = inspection.degraded { lines.append("  degraded: \(degraded)") }
        if let label = inspection.label {
            let confidence = inspection.confidence.map { " (\(number($0)))" } ?? ""
            lines.append("  the model reads: \(label)\(confidence)")
        }
        for copy in inspection.copies where copy.label != nil {
            lines.append("    \(copy.name): \(copy.label ?? "-")")
        }
        for signal in inspection.signals { lines.append("  \(line(signal))") }
        for detector in inspection.notRun { lines.append("  \(detector.detector): not run: \(detector.why)") }
        if let why = why(inspection, policy: policy) { lines.append("  why: \(why)") }
        return lines.joined(separator: "\n")
    }

    private static func heading(_ inspection: Inspection, hasColours: Bool) -> String {
        guard let verdict = inspection.verdict else { return Colour.red.paint("error", isOn: hasColours) }
        let colour: Colour = verdict.kind == .forward ? .green : (verdict.kind == .flag ? .yellow : .red)
        return colour.paint(verdict.kind.rawValue, isOn: hasColours)
    }

    private static func line(_ signal: Signal) -> String {
        var text = "\(signal.detector): \(number(signal.score))"
        if !signal.findings.isEmpty { text += "  \(signal.findings.joined(separator: ", "))" }
        let evidence = signal.evidence.map { "\($0.name) \(number($0.value))" }
        if !evidence.isEmpty { text += "  (\(evidence.joined(separator: ", ")))" }
        return text
    }

    private static func why(_ inspection: Inspection, policy: PolicyPlan) -> String? {
        guard let verdict = inspection.verdict else { return nil }
        guard !verdict.reasons.isEmpty else { return verdict.kind == .forward ? "no rule matched" : nil }
        let place = verdict.line.map { " (\(policy.origin):\($0))" } ?? ""
        return verdict.reasons.joined(separator: ", ") + place
    }

    private static func number(_ value: Double) -> String {
        guard value.isFinite else { return "\(value)" }
        let rounded = (value * 10_000).rounded() / 10_000
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? String(Int(rounded)) : "\(rounded)"
    }

    /// One line of JSON.
    static func json(_ inspection: Inspection, policy: PolicyPlan, route: RoutePlan) -> JSONText {
        var members: [(String, JSONText)] = [
            ("file", .text(inspection.file)),
            ("verdict", .optional(inspection.verdict?.kind.rawValue)),
            ("reasons", .list(inspection.verdict?.reasons ?? [])),
            ("policy", .text(policy.name)), ("route", .text(route.name)),
            ("policy_line", .optional(inspection.verdict?.line)),
            ("error", .optional(inspection.error)), ("degraded", .optional(inspection.degraded)),
            ("bytes", .optional(inspection.bytes)),
        ]
        if let decoded = inspection.decoded {
            members += [
                ("format", .text(decoded.facts.format.rawValue)), ("width", .integer(decoded.image.shape.width)),
                ("height", .integer(decoded.image.shape.height)),
                ("viewer_differences", .list(decoded.facts.viewerDifferences.map(\.rawValue))),
            ]
        }
        members += [
            ("label", .optional(inspection.label)), ("confidence", .optional(inspection.confidence)),
            ("signals", .array(inspection.signals.map(json))),
            (
                "not_run",
                .array(
                    inspection.notRun.map { .object([("detector", .text($0.detector)), ("why", .text($0.why))]) })
            ),
            (
                "copies",
                .array(inspection.copies.map { .object([("name", .text($0.name)), ("label", .optional($0.label))]) })
            ),
        ]
        return .object(members)
    }

    private static func json(_ signal: Signal) -> JSONText {
        .object([
            ("detector", .text(signal.detector)), ("score", .number(signal.score)),
            ("findings", .list(signal.findings)),
            ("evidence", .object(signal.evidence.map { ($0.name, .number($0.value)) })),
        ])
    }
}
