internal import AdmissionPolicy
internal import AdversarialDetectors
internal import ImageCodecs
internal import ImageDefenses
internal import PixelCore

// The values that stages 3 to 8 hand over. Each is consumed by the next stage; facts for the record travel beside them
// in the `Judgement`, because a stage that throws has already consumed its input.

/// The body is an image.
struct Decoded: ~Copyable, Sendable {
    let image: Image
    let facts: ContainerFacts
    /// Of the decoded pixels; all randomness of the request derives from it. Empty where the route draws nothing.
    let seed: String
}

/// Every tier 0 detector has spoken.
struct Inspected: ~Copyable, Sendable {
    let decoded: Decoded
    let signals: [Signal]
    /// Detectors that failed, by name.
    let failedDetectors: [String]
}

/// The policy knows what to do next.
enum Planned: ~Copyable, Sendable {
    /// Rules that need no answer already refuse or divert.
    case stop(Verdict)
    /// The model is asked.
    case ask(Asking)
}

/// What the model is to be asked.
struct Asking: ~Copyable, Sendable {
    let inspected: Inspected
    /// Detectors that compare answers, with the copies each wants first; empty where the gate stays closed.
    let comparisons: [Comparison]
    /// True when the forwarded answer decides whether the copies are asked at all.
    let isGateWaiting: Bool
}

/// One detector that compares answers.
struct Comparison: Sendable {
    let detector: any Detector
    let name: String
    let copies: [CopyRequest]
}

/// The forwarded image is encoded; copies are made from `base` as the model is asked.
struct Sanitized: ~Copyable, Sendable {
    let asking: Asking
    /// The decoded image at the size that is forwarded.
    let base: Image
    let forwarded: ProbeQuestion
    /// True when f(x) is not the forwarded answer, so that it costs one more call where copies are compared.
    let needsReference: Bool
}

/// The model has answered.
struct Consulted: ~Copyable, Sendable {
    let facts: ContainerFacts
    let pixels: Int
    let signals: [Signal]
    let answer: ModelAnswer?
    /// What the detectors say together; nil without a calibration.
    let combined: CombinedScore?
    /// What went wrong without ending the trip.
    let shortfalls: [Shortfall]
}

/// A check that was due and did not happen, and what the policy says about it.
struct Shortfall: Hashable, Sendable {
    /// For the record: `call-budget`, `copy-timeout`, `copy-failed`, `detector-failed`, `scores-missing`.
    let cause: String
    /// What the policy asks for.
    let verdict: VerdictKind
}

extension RoutePlan {
    /// True when some step that this route may run draws random numbers, or its gate does.
    var drawsRandomness: Bool {
        if let gate, gate.sample > 0, gate.sample < 1 { return true }
        return everyPipeline.contains { !$0.isDeterministic }
    }
}
