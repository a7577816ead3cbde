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
