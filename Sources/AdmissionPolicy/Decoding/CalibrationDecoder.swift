internal import AdversarialDetectors

/// Reads `calibration` of a route, holds it to the route, and says what rules miss.
struct CalibrationDecoder {
    let mistakes: MistakeList
    let shelf: CalibrationShelf
    let uses: [SignalUses.Use]

    private static let remedy =
        "make a new one from clean images that it scores (`portcullis calibrate`), or take it off the route"

    /// `route` with its calibration and with what its detectors learned. Mistakes are noted; a route that has some never
    /// runs.
    func attached(to route: RoutePlan, _ reader: MappingReader) -> RoutePlan {
        var route = route
        checkUncalibrated(route)
        if let name = reader.text("calibration"), !shelf.isCalibrating {
            attach(name, at: reader.place(of: "calibration"), to: &route)
        } else if !reader.has("calibration"), !shelf.isCalibrating {
            for use in uses where use.rate != nil {
                mistakes.add(
                    use.place,
                    "rate: needs a calibration, which `portcullis calibrate` makes from clean images; name its file by `calibration:` of the route, or give {raw: number}"
                )
            }
        }
        // A file that cannot be used is one mistake, not one for every rule.
        if !shelf.isCalibrating, route.calibration != nil || !reader.has("calibration") { checkFitted(route) }
        return route
    }

    private func attach(_ name: String, at place: PolicyNode.Place, to route: inout RoutePlan) {
        func note(_ reason: String) {
            mistakes.add(place, "calibration: `\(name)` \(reason); `portcullis calibrate` makes a new one")
        }
        guard !name.utf8.contains(where: { $0 < 32 }) else {
            mistakes.add(place, "calibration: must be the name of a file")
            return
        }
        switch shelf.calibration(name) {
        case .failure(let fault):
            note(fault.reason)
        case .success(let planned):
            let match = CalibrationMatch(calibration: planned.calibration, route: route)
            let differences = match.differences
            for difference in differences { note(difference) }
            guard differences.isEmpty else { return }
            do throws(DetectorError) {
                route.detectors = try match.fittedDetectors()
            } catch {
                note("says what a detector learned, and this version cannot use it: \(Self.words(error))")
                return
            }
            route.calibration = planned
            for use in uses { check(use, planned, route) }
        }
    }

    private static func words(_ error: DetectorError) -> String {
        if case .cannotFit(let detector, let detail) = error { return "\(detector): \(detail)" }
        return "\(error)"
    }

    /// Notes why `planned` does not give the rate that `use` asks for.
    private func check(_ use: SignalUses.Use, _ planned: PlannedCalibration, _ route: RoutePlan) {
        guard let rate = use.rate else { return }
        let reach = RateReach(rate: rate)
        var noted: Set<String> = []
        func note(_ reason: String) {
            // Both combinations of a gated route rest on the same images and lack the same ones.
            if noted.insert(reason).inserted { mistakes.add(use.place, "rate: \(reason)") }
        }
        guard let name = use.detector else {
            for tier in Self.combinations(of: route) {
                let combination = tier.isAll ? planned.calibration.all : planned.calibration.tierZero
                let missing = tier.names.filter { combination?.detectors.contains($0) != true }
                if !missing.isEmpty {
                    note("`\(planned.origin)` combines without \(missing.joined(separator: ", ")); \(Self.remedy)")
                } else if combination?.detectors.count != tier.names.count {
                    note("`\(planned.origin)` combines other detectors; `portcullis calibrate` makes a new one")
                } else if let fault = combination.flatMap(reach.fault) {
                    note("\(use.rateText) of combined scores \(fault) (`\(planned.origin)`)")
                }
            }
            return
        }
        guard let detector = planned.calibration.detector(name) else {
            if route.detectors.contains(where: { $0.descriptor.name == name && $0.descriptor.isCalibrated }) {
                note("`\(planned.origin)` has no scores of \(name); \(Self.remedy)")
            }
            return
        }
        if let fault = reach.fault(detector) { note("\(use.rateText) of \(name) \(fault) (`\(planned.origin)`)") }
    }

    /// The combinations that a rule on `combined` is judged by, with the detectors that belong in them: of all detectors
    /// where the model is asked, of those without a model call where it is not.
    private static func combinations(of route: RoutePlan) -> [(isAll: Bool, names: [String])] {
        let calibrated = route.detectors.map(\.descriptor).filter(\.isCalibrated)
        let free = calibrated.filter { $0.tier == 0 }
        let isAsking = free.count < calibrated.count
        var combinations: [(isAll: Bool, names: [String])] = []
        if isAsking { combinations.append((true, calibrated.map(\.name))) }
        if !isAsking || route.gate != nil, !free.isEmpty { combinations.append((false, free.map(\.name))) }
        return combinations
    }

    /// Rates of what no calibration can give.
    private func checkUncalibrated(_ route: RoutePlan) {
        for use in uses where use.rate != nil {
            if let name = use.detector {
                guard let found = route.detectors.first(where: { $0.descriptor.name == name }) else { continue }
                if !found.descriptor.isCalibrated {
                    mistakes.add(
                        use.place,
                        "rate: \(name) counts other requests, so that clean images say nothing about it; give {raw: number}"
                    )
                }
            } else if !route.detectors.contains(where: \.descriptor.isCalibrated) {
                mistakes.add(use.place, "combined: the route lists no detectors that could be combined")
            }
        }
    }

    /// Rules on detectors that give no signal before they have learned.
    private func checkFitted(_ route: RoutePlan) {
        // A rate that no calibration gives is told of already.
        for use in uses where use.rate == nil {
            guard let name = use.detector,
                route.detectors.first(where: { $0.descriptor.name == name })?.hasYetToLearn == true
            else { continue }
            mistakes.add(use.place, "detector: \(name) has learned nothing yet: run `portcullis calibrate`")
        }
    }
}

extension PlannedDetector {
    /// True for a detector that gives no signal, since it was not yet fitted to clean images. One that compares answers
    /// gives a plain score until then.
    package var hasYetToLearn: Bool {
        guard descriptor.tier == 0, let detector = detector as? any FittedDetector else { return false }
        return !detector.isFitted
    }
}
