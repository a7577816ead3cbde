extension PolicyPlan {
    /// This plan with every gate left open, so that detectors with model calls run for every request: what a gate lets by
    /// is measured against it.
    package func withGatesOpen() -> PolicyPlan {
        PolicyPlan(
            name: name, sha256: sha256, origin: origin, givenUnmatched: givenUnmatched,
            routes: routes.map { route in
                var route = route
                route.gate = nil
                return route
            }, warnings: warnings)
    }
}
