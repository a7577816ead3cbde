import AdmissionPolicy
import AdversarialDetectors

/// What `policy check` says about the calibration of a route.
enum PolicyCalibrationText {
    /// What the calibration rests on, then a table of what the rates of the rules mean in raw numbers; nothing for a route
    /// without one.
    static func lines(_ route: RoutePlan, nowSeconds: Int) -> [String] {
        guard let planned = route.calibration else { return [] }
        let calibration = planned.calibration
        let sample = calibration.sample
        let fitted = sample.fittedImages > 0 ? ", fitted to \(sample.fittedImages) more" : ""
        let clients = sample.clients > 0 ? " from \(sample.clients) clients" : ""
        let age = planned.ageDays(nowSeconds: nowSeconds).map { ", \(max(0, $0)) days ago" } ?? ""
        let head = [
            "\(route.name): calibration \(planned.origin), made \(calibration.created)\(age), SHA-256 \(planned.sha256)",
            "  \(sample.images) clean images\(clients)\(fitted): \(sample.source), SHA-256 \(sample.sha256)",
            "  model \(calibration.reference.model), asked about the image \(calibration.reference.forwarded), scores at "
                + calibration.reference.scores,
        ]
        let thresholds = route.rateThresholds
        if thresholds.isEmpty { return head + ["  no rule asks for a rate"] }
        var table = TextTable(
            ["rate", "of", "images like", "level", "clean", "flags above"],
            alignments: [.right, .left, .left, .left, .right, .right])
        for threshold in thresholds {
            table.add([
                ShareText.text(threshold.rate), subject(threshold.subject),
                threshold.stratum.isEmpty ? "all" : threshold.stratum, level(threshold), String(threshold.images),
                threshold.raw.map { number($0) } ?? "never",
            ])
        }
        return head + table.lines().map { "  " + $0 }
    }

    private static func subject(_ subject: RateThreshold.Subject) -> String {
        switch subject {
        case .detector(let name): name
        case .combined(asked: true): "combined"
        case .combined(asked: false): "combined, model not asked"
        }
    }

    private static func level(_ threshold: RateThreshold) -> String {
        switch (threshold.aboveLevel, threshold.upToLevel) {
        case (nil, nil): "any"
        case (nil, let upper?): "up to \(number(upper))"
        case (let lower?, nil): "above \(number(lower))"
        case (let lower?, let upper?): "\(number(lower)) to \(number(upper))"
        }
    }

    /// Six digits at most: enough to recognize a score by.
    private static func number(_ value: Double) -> String {
        let text = value.description
        guard text.count > 8, value.magnitude < 1e9, value.magnitude >= 1e-4 || value == 0 else { return text }
        let scale = 1e6
        return ((value * scale).rounded() / scale).description
    }
}
