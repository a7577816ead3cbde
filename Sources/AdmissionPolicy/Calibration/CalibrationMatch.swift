internal import AdversarialDetectors

/// Whether a calibration was made under what a route does now.
struct CalibrationMatch {
    let calibration: RouteCalibration
    let route: RoutePlan

    /// Every difference, as words that follow the file's name; empty when scores can be compared.
    var differences: [String] {
        let reference = calibration.reference
        var found: [String] = []
        if reference.forwarded != route.referenceText {
            found.append(
                "was made with the forwarded image `\(Self.short(reference.forwarded))`, and the route has "
                    + "`\(route.referenceText)`")
        }
        if reference.scores != route.scores.text {
            found.append(
                "was made with scores at `\(Self.short(reference.scores))`, and the route has `\(route.scores.text)`")
        }
        return found + calibration.detectors.compactMap(difference)
    }

    /// The route's detectors with what the calibration learned for them. Throws `.cannotFit`.
    func fittedDetectors() throws(DetectorError) -> [PlannedDetector] {
        var detectors = route.detectors
        for index in detectors.indices {
            guard let fit = calibration.detector(detectors[index].descriptor.name)?.fit,
                let detector = detectors[index].detector as? any FittedDetector
            else { continue }
            detectors[index].detector = try detector.fitted(by: fit)
        }
        return detectors
    }

    private func difference(_ own: DetectorCalibration) -> String? {
        let name = Self.short(own.detector)
        guard let planned = route.detectors.first(where: { $0.descriptor.name == own.detector }) else {
            return "was made with \(name), which the route does not list"
        }
        let descriptor = planned.descriptor
        guard descriptor.isCalibrated else {
            return "has scores of \(name), which counts other requests and cannot be calibrated"
        }
        guard own.version == descriptor.version else {
            return "was made with version \(own.version) of \(name), and this program has version \(descriptor.version)"
        }
        let texts = planned.parameterTexts
        for parameter in Set(texts.keys).union(own.parameters.keys).sorted() {
            let (was, now) = (own.parameters[parameter], texts[parameter])
            guard was != now else { continue }
            return
                "was made with \(name) \(Self.short(parameter)) `\(Self.short(was ?? "unknown"))`, and the route has "
                + "`\(Self.short(now ?? "none"))`"
        }
        let isFitted = planned.detector is any FittedDetector
        if own.fit != nil, !isFitted { return "says what \(name) learned, and it learns nothing" }
        if own.fit == nil, isFitted, descriptor.tier == 0 { return "does not say what \(name) learned" }
        return nil
    }

    /// Text of a file, cut to what a message can hold.
    private static func short(_ text: String) -> String {
        text.count > 80 ? text.prefix(80) + "…" : text
    }
}
