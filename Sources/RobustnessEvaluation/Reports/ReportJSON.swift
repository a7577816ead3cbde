package import AuditTrail

/// The report as one canonical JSON object (RFC 8785): equal figures give equal bytes, and numbers read back as they were.
package enum ReportJSON {
    /// Names the form.
    package static let schema = "portcullis.evaluation/v1"

    /// The bytes of `report.json`, with a newline at the end.
    package static func bytes(_ report: EvaluationReport) -> [UInt8] {
        value(report).canonicalBytes() + [UInt8(ascii: "\n")]
    }

    /// The same as a value.
    package static func value(_ report: EvaluationReport) -> JSONValue {
        object([
            ("schema", .string(schema)), ("subject", subject(report.subject)),
            ("rates", .array(report.rates.map(JSONValue.number))),
            ("images", .number(Double(report.images.count))),
            ("accuracy", accuracy(report.accuracy)),
            ("by_verdict", verdicts(report)),
            ("detection", .array(report.detection.cells.map(cell))),
            ("false_positives", .array(report.detection.clean.map(cell))),
            ("curves", .array(report.curves.map(curve))),
            ("frontier", report.frontier.map(frontier) ?? .null),
            ("gate", report.gate.map(gate) ?? .null),
            ("milliseconds", quantiles(report.cost.guarded)),
            ("unguarded_milliseconds", quantiles(report.cost.unguarded)),
            ("extra_calls", quantiles(report.cost.extraCalls)),
            ("extra_calls_as_policy", quantiles(report.cost.extraCallsAsPolicy)),
            ("failed", .array(report.failed.map { failure(report.images[$0]) })),
            ("degraded", object(report.degraded.map { ($0.name, count($0.count)) })),
            ("notes", .array(report.notes.map(JSONValue.string))),
        ])
    }

    private static func subject(_ subject: EvaluationSubject) -> JSONValue {
        object([
            ("policy", .string(subject.policy)), ("policy_sha256", .string(subject.policySHA256)),
            ("route", .string(subject.route)), ("path", .string(subject.path)),
            (
                "calibration",
                subject.calibration.map {
                    object([
                        ("name", .string($0.name)), ("sha256", .string($0.sha256)), ("images", count($0.images)),
                        (
                            "fewest_compared",
                            object($0.fewestCompared.sorted { $0.key < $1.key }.map { ($0.key, count($0.value)) })
                        ),
                    ])
                } ?? .null
            ),
            ("model", text(subject.model)), ("guard", .string(subject.guardName)),
            (
                "manifests",
                .array(subject.manifests.map { object([("name", .string($0.name)), ("sha256", .string($0.sha256))]) })
            ),
            ("model_asked", .boolean(subject.isModelAsked)), ("gate_opened", .boolean(subject.isGateOpened)),
            ("concurrency", count(subject.concurrency)), ("command", .string(subject.command)),
            ("commit", .string(subject.commit)), ("machine", .string(subject.machine)), ("time", .string(subject.time)),
            ("version", .string(subject.version)),
        ])
    }

    private static func accuracy(_ accuracy: AccuracySummary) -> JSONValue {
        object([
            ("clean_unguarded", share(accuracy.cleanUnguarded)), ("clean_guarded", share(accuracy.cleanGuarded)),
            ("clean_answered_right_unflagged", share(accuracy.cleanServed)),
            ("robust_unguarded", share(accuracy.robustUnguarded)), ("robust_guarded", share(accuracy.robustGuarded)),
            ("robust_answered_right_or_flagged", share(accuracy.robustUnharmed)),
            ("accepted_unguarded", share(accuracy.acceptedUnguarded)),
            ("accepted_with_attackers_label", share(accuracy.acceptedGuarded)),
            ("harmless_here", count(accuracy.harmlessHere)),
        ])
    }

    private static func verdicts(_ report: EvaluationReport) -> JSONValue {
        let attacks = report.summary.attacks.map { attack in
            object([
                ("attack", .string(attack.name)), ("images", count(attack.images)),
                ("detected", share(attack.detected)),
                ("accepted_with_attackers_label", share(attack.acceptedUnflagged)),
                ("answered_right", share(attack.answeredRight)), ("failed", count(attack.failed)),
            ])
        }
        let roles = report.roles.map { role in
            object([
                ("role", .string(role.role)), ("answered_right_unflagged", share(role.served)),
                ("false_positives", share(role.falsePositives)), ("worst_class", worst(role.worstClass)),
                ("failed", count(role.failed)),
            ])
        }
        return object([("attacks", .array(attacks)), ("roles", .array(roles))])
    }

    private static func cell(_ cell: DetectionRates.Cell) -> JSONValue {
        object([
            ("detector", .string(cell.detector)), ("attack", .string(cell.attack)), ("rate", .number(cell.rate)),
            ("detected", share(cell.detected)),
        ])
    }

    private static func cell(_ cell: DetectionRates.CleanCell) -> JSONValue {
        object([
            ("detector", .string(cell.detector)), ("role", .string(cell.role)), ("rate", .number(cell.rate)),
            ("false_positives", share(cell.falsePositives)), ("worst_class", worst(cell.worstClass)),
        ])
    }

    private static func worst(_ worst: DetectionRates.WorstClass?) -> JSONValue {
        guard let worst else { return .null }
        return object([("name", .string(worst.name)), ("false_positives", share(worst.falsePositives))])
    }

    private static func curve(_ item: EvaluationReport.Curve) -> JSONValue {
        let points = item.curve.simplified(step: 0.0025).map {
            JSONValue.array([.number($0.falsePositives), .number($0.detected)])
        }
        return object([
            ("detector", .string(item.detector)), ("area", .number(item.curve.area)), ("points", .array(points)),
            ("area_by_attack", object(item.areas.map { ($0.attack, .number($0.area)) })),
        ])
    }

    private static func frontier(_ frontier: ProtectionFrontier) -> JSONValue {
        .array(
            frontier.points.map {
                object([("rate", .number($0.rate)), ("accepted", share($0.accepted)), ("served", share($0.served))])
            })
    }

    private static func gate(_ gate: GateSummary) -> JSONValue {
        object([
            ("outcomes", object(gate.outcomes.map { ($0.name, count($0.count)) })),
            ("closed_attacked", share(gate.closedAttacked)), ("closed_clean", share(gate.closedClean)),
            ("missed", share(gate.missed)), ("missed_of_closed", share(gate.missedOfClosed)),
            ("sampled_detected", share(gate.sampledDetected)),
            ("detected_as_policy", share(gate.detectedAsPolicy)), ("accepted_as_policy", share(gate.acceptedAsPolicy)),
        ])
    }

    private static func quantiles(_ quantiles: Quantiles?) -> JSONValue {
        guard let quantiles else { return .null }
        return object([
            ("count", count(quantiles.count)), ("mean", .number(quantiles.mean)), ("p50", .number(quantiles.median)),
            ("p95", .number(quantiles.p95)), ("p99", .number(quantiles.p99)), ("max", .number(quantiles.largest)),
        ])
    }

    private static func failure(_ image: EvaluatedImage) -> JSONValue {
        object([("file", .string(image.file)), ("problem", text(image.problem))])
    }

    private static func share(_ proportion: Proportion?) -> JSONValue {
        guard let proportion else { return .null }
        let (low, high) = proportion.interval
        return object([
            ("count", count(proportion.count)), ("total", count(proportion.total)),
            ("share", proportion.share.map(JSONValue.number) ?? .null), ("low", .number(low)), ("high", .number(high)),
        ])
    }

    private static func count(_ value: Int) -> JSONValue { .number(Double(value)) }

    private static func text(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }

    private static func object(_ members: [(String, JSONValue)]) -> JSONValue {
        .object(members.map { JSONValue.Member(key: $0.0, value: $0.1) })
    }
}
