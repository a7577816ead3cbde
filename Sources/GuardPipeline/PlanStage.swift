internal import AdmissionPolicy
internal import AdversarialDetectors
internal import PixelCore

/// Stage 5, pure: reject or divert now, or say which copies to ask about.
struct PlanStage {
    let route: RoutePlan
    let key: DeploymentKey

    /// The plan. Only rules that need no answer may end the trip here: a rule about an answer that does not exist yet
    /// must not match by its absence. The judgement gets the combined score and what the gate said so far.
    func run(_ inspected: consuming Inspected, _ judgement: inout Judgement) -> Planned {
        let input = DecisionInput(
            signals: inspected.signals, facts: inspected.decoded.facts,
            pixels: inspected.decoded.image.shape.pixelCount, answer: nil,
            combined: route.combined(inspected.signals, asked: false))
        judgement.combined = input.combined
        let early = route.decideBeforeAsking(input)
        if early.kind >= .divert { return .stop(early) }
        var comparisons: [Comparison] = []
        for planned in route.detectors {
            let copies = planned.detector.copies(round: 0, signals: inspected.signals)
            if !copies.isEmpty {
                comparisons.append(
                    Comparison(detector: planned.detector, name: planned.descriptor.name, copies: copies))
            }
        }
        guard let gate = route.gate, !comparisons.isEmpty else {
            return .ask(Asking(inspected: inspected, comparisons: comparisons, isGateWaiting: false))
        }
        let draw = key.generator(purpose: "gate", pixelsSHA256: inspected.decoded.seed)
        judgement.gate = gate.outcome(before: input, draw: draw)
        if judgement.gate == .closed { comparisons = [] }
        return .ask(Asking(inspected: inspected, comparisons: comparisons, isGateWaiting: judgement.gate == nil))
    }
}
