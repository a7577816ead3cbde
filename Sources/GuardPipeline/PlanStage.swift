internal import AdmissionPolicy
internal import AdversarialDetectors
internal import PixelCore

/// Stage 5, pure: reject or divert now, or say which copies to ask about.
struct PlanStage {
    let route: RoutePlan

    /// The plan. Only rules that need no answer may end the trip here: a rule about an answer that does not exist yet
    /// must not match by its absence.
    func run(_ inspected: consuming Inspected) -> Planned {
        let early = route.decideBeforeAsking(
            DecisionInput(
                signals: inspected.signals, facts: inspected.decoded.facts,
                pixels: inspected.decoded.image.shape.pixelCount, answer: nil))
        if early.kind >= .divert { return .stop(early) }
        var comparisons: [Comparison] = []
        for planned in route.detectors {
            let copies = planned.detector.copies(round: 0, signals: inspected.signals)
            if !copies.isEmpty {
                comparisons.append(
                    Comparison(detector: planned.detector, name: planned.descriptor.name, copies: copies))
            }
        }
        return .ask(Asking(inspected: inspected, comparisons: comparisons))
    }
}
