internal import ImageDefenses

/// The copies that a detector compares answers to.
struct CopyList: Sendable {
    /// The evidence that holds f(x)'s own log-odds.
    static let referenceName = "reference"

    private let detector: String
    private let pipelines: [DefensePipeline]

    /// Copies made by these short forms for the detector of `descriptor`; throws `.squeezer` with what is wrong with one.
    init(_ shortForms: [String], descriptor: DetectorDescriptor) throws(DetectorError) {
        pipelines = try descriptor.pipelines(shortForms)
        detector = descriptor.name
    }

    /// One request a copy.
    var requests: [CopyRequest] { pipelines.map { CopyRequest(pipeline: $0) } }

    /// How many copies there are.
    var count: Int { pipelines.count }

    /// The answers, all of them there; throws `answersMissing` otherwise.
    func complete(_ answers: [ModelAnswer?]) throws(DetectorError) -> [ModelAnswer] {
        let present = answers.compactMap { $0 }
        guard present.count == pipelines.count, answers.count == pipelines.count else {
            throw .answersMissing(detector: detector)
        }
        return present
    }

    /// The log-odds of f(x)'s label in f(x) and in each copy, by name.
    func evidence(_ odds: AnswerLogOdds) -> [Signal.Evidence] {
        [Signal.Evidence(name: Self.referenceName, value: odds.reference)]
            + zip(pipelines, odds.copies).map { Signal.Evidence(name: $0.name, value: $1) }
    }

    /// The copy with the smallest of `values`.
    func oddest(_ values: [Double]) -> String? {
        zip(pipelines, values).min { $0.1 < $1.1 }?.0.name
    }
}
