package import AdversarialDetectors

extension RoutePlan {
    /// This route as clean images are measured on it: enforced, so that nothing is answered early; without rules, so that
    /// none ends a trip before every detector has spoken; with the gate left open, with calls for every copy, and without
    /// a calibration. Detectors that `fits` names get these numbers.
    ///
    /// What f(x) is asked about stays the same. Throws `.cannotFit` when numbers are not of the detector's version.
    package func measured(fits: [String: DetectorFit] = [:]) throws(DetectorError) -> RoutePlan {
        var route =
            PolicyPlan(
                name: "", sha256: "", origin: "", givenUnmatched: nil, routes: [self], warnings: []
            ).with(mode: .enforce).routes.first ?? self
        route.rules = []
        route.gate = nil
        route.calibration = nil
        for index in route.detectors.indices {
            guard let fit = fits[route.detectors[index].descriptor.name],
                let detector = route.detectors[index].detector as? any FittedDetector
            else { continue }
            route.detectors[index].detector = try detector.fitted(by: fit)
        }
        return route
    }
}

extension RoutePlan {
    /// This route without detectors that remember other requests, so that what it makes of an image depends on the image
    /// alone; and their names.
    package func withoutMemory() -> (route: RoutePlan, leftOut: [String]) {
        var route = self
        route.detectors = detectors.filter(\.descriptor.isCalibrated)
        return (route, detectors.filter { !$0.descriptor.isCalibrated }.map(\.descriptor.name))
    }
}

extension RoutePlan {
    /// This route with its gate decided: open where `outcome` let a request through, closed where it did not; as it is for
    /// nil.
    package func withGate(_ outcome: TierGate.Outcome?) -> RoutePlan {
        guard let outcome, gate != nil else { return self }
        var route = self
        route.gate = outcome == .closed ? TierGate(condition: nil, sample: 0, marginBelow: nil, stakes: []) : nil
        return route
    }

    /// True when some rule looks at what `detector` found, by itself or in the combination.
    package func rulesLook(at detector: String) -> Bool {
        let isCombined = detectors.contains { $0.descriptor.name == detector && $0.descriptor.isCalibrated }
        return rules.contains { $0.condition.looks(at: detector, isCombined: isCombined) }
    }
}

extension RuleCondition {
    /// True when some part of the condition looks at what `detector` found.
    fileprivate func looks(at name: String, isCombined: Bool) -> Bool {
        switch self {
        case .all(let members), .any(let members): members.contains { $0.looks(at: name, isCombined: isCombined) }
        case .not(let member): member.looks(at: name, isCombined: isCombined)
        case .scoreAbove(let detector, _), .rateAtMost(let detector, _), .finding(let detector, _): detector == name
        case .combinedAtMost: isCombined
        case .always, .format, .pixelsAbove, .answerLabel, .confidenceBelow: false
        }
    }
}
