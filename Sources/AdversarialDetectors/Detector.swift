package import ImageCodecs
package import ImageDefenses
package import PixelCore

/// Scores one image for signs of an adversarial input. Pure but for declared memory: it never talks to a model.
///
/// One file and one catalogue line each. A detector that compares answers says which copies it wants and scores what
/// came back; the Consult stage alone asks the model.
package protocol Detector: Sendable {
    /// Name, parameters, source and limits; what the catalogue prints.
    static var descriptor: DetectorDescriptor { get }

    /// A detector with these parameters, checked against the descriptor.
    init(parameters: [String: ParameterValue]) throws(DetectorError)

    /// What pixels and container say without a model call (tier 0); nil when this detector needs answers.
    func inspect(_ subject: DetectorSubject) throws(DetectorError) -> Signal?

    /// The copies to ask the model about in `round` (from 0), given the signals so far; empty ends the asking.
    func copies(round: Int, signals: [Signal]) -> [CopyRequest]

    /// Scores the answers. `reference` is f(x), the answer to the decoded image at the size that is forwarded.
    ///
    /// `answers` are in the order of the requests of all rounds so far; nil where a copy got no answer.
    func score(reference: ModelAnswer, answers: [ModelAnswer?]) throws(DetectorError) -> DetectorStep

    /// The same for a detector whose score points at places of the image; `page` is the decoded image's shape. Default:
    /// the score without boxes.
    func score(
        reference: ModelAnswer, answers: [ModelAnswer?], page: PixelShape
    ) throws(DetectorError) -> DetectorStep

    /// The most copies that one image may cost, over all rounds. Default: those of every round up to the first empty one.
    var mostCopies: Int { get }
}

extension Detector {
    /// No copies: a tier 0 detector.
    package func copies(round: Int, signals: [Signal]) -> [CopyRequest] { [] }

    /// The score without boxes; see the requirement.
    package func score(
        reference: ModelAnswer, answers: [ModelAnswer?], page: PixelShape
    ) throws(DetectorError) -> DetectorStep {
        try score(reference: reference, answers: answers)
    }

    /// Those of `copyRounds`; see the requirement.
    package var mostCopies: Int { copyRounds.reduce(0) { $0 + $1.count } }

    /// The copies of each round up to the first empty one, as far as they stay within `CopyRequest.mostCopies`.
    package var copyRounds: [[CopyRequest]] {
        var rounds: [[CopyRequest]] = []
        var left = CopyRequest.mostCopies
        while left > 0 {
            let copies = copies(round: rounds.count, signals: []).prefix(left)
            if copies.isEmpty { break }
            rounds.append(Array(copies))
            left -= copies.count
        }
        return rounds
    }

    /// Never reached by a detector that asks for no copies.
    package func score(reference: ModelAnswer, answers: [ModelAnswer?]) throws(DetectorError) -> DetectorStep {
        throw .needsNoAnswers(detector: Self.descriptor.name)
    }
}

/// What a detector sees before any model call.
package struct DetectorSubject: Sendable {
    /// The decoded image, after orientation and alpha.
    package let image: Image
    /// What the container said.
    package let facts: ContainerFacts
    /// The media type that the request declared, lower case without parameters; nil when it declared none.
    package let declaredType: String?
    /// The route, so that memory is kept per route.
    package let route: String
    /// Monotonic seconds, given by the caller; nothing here reads a clock.
    package let nowSeconds: Double
    /// What several detectors measure in the image, measured once.
    package let statistics: SubjectStatistics

    /// A subject, each member named.
    package init(image: Image, facts: ContainerFacts, declaredType: String?, route: String, nowSeconds: Double) {
        self.image = image
        self.facts = facts
        self.declaredType = declaredType
        self.route = route
        self.nowSeconds = nowSeconds
        statistics = SubjectStatistics(of: image)
    }
}

/// A copy that a detector wants the model's answer to.
package struct CopyRequest: Sendable {
    /// No detector gets more copies of one image than this, over all rounds.
    package static let mostCopies = 64
    /// Made from the decoded image at the size that is forwarded; its name goes to the audit record.
    package let pipeline: DefensePipeline

    /// A copy made by `pipeline`.
    package init(pipeline: DefensePipeline) {
        self.pipeline = pipeline
    }
}

/// What scoring led to.
package enum DetectorStep: Sendable {
    /// The final score.
    case signal(Signal)
    /// The detector wants `copies(round:)` asked again.
    case anotherRound
}
