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
}

extension Detector {
    /// No copies: a tier 0 detector.
    package func copies(round: Int, signals: [Signal]) -> [CopyRequest] { [] }

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

    /// A subject, each member named.
    package init(image: Image, facts: ContainerFacts, declaredType: String?, route: String, nowSeconds: Double) {
        self.image = image
        self.facts = facts
        self.declaredType = declaredType
        self.route = route
        self.nowSeconds = nowSeconds
    }
}

/// A copy that a detector wants the model's answer to.
package struct CopyRequest: Sendable {
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

/// What one detector found about one image.
package struct Signal: Hashable, Sendable {
    /// The detector's name.
    package let detector: String
    /// Raw score; larger is odder. Its range is the detector's.
    package let score: Double
    /// Stable words for what was found, for rules and the audit record: `trailing-bytes`.
    package let findings: [String]
    /// Named numbers that explain the score, for example each squeezer's distance.
    package let evidence: [Evidence]

    /// A named number.
    package struct Evidence: Hashable, Sendable {
        /// What was measured.
        package let name: String
        /// The measurement.
        package let value: Double

        /// A named number.
        package init(name: String, value: Double) {
            self.name = name
            self.value = value
        }
    }

    /// A signal, each member named.
    package init(detector: String, score: Double, findings: [String] = [], evidence: [Evidence] = []) {
        self.detector = detector
        self.score = score
        self.findings = findings
        self.evidence = evidence
    }
}

/// The model's answer about one image: one score vector, or several (the digits of a cheque).
package struct ModelAnswer: Hashable, Sendable {
    /// Never empty.
    package let vectors: [ScoreVector]

    /// An answer of these vectors.
    package init(vectors: [ScoreVector]) {
        self.vectors = vectors
    }

    /// The top label of each vector, joined by `,`: `4,0,1`.
    package var label: String {
        vectors.map(\.topLabel).joined(separator: ",")
    }
}

/// Probabilities over classes.
package struct ScoreVector: Hashable, Sendable {
    /// Names, as many as `values`; position numbers where the model gives none.
    package let labels: [String]
    /// Probabilities in the order of `labels`, finite.
    package let values: [Double]

    /// A vector; nil when it is empty, the counts differ or a value is not finite.
    package init?(labels: [String], values: [Double]) {
        guard !values.isEmpty, labels.count == values.count, values.allSatisfy(\.isFinite) else { return nil }
        self.labels = labels
        self.values = values
    }

    /// Position of the largest value, the first of equals.
    package var topIndex: Int {
        var best = 0
        for i in values.indices where values[i] > values[best] { best = i }
        return best
    }

    /// Name of the largest value.
    package var topLabel: String { labels[topIndex] }
}

/// What a detector is, for the policy decoder, `portcullis catalogue` and the documentation.
package struct DetectorDescriptor: Sendable {
    /// The family; also the folder of the source file.
    package enum Family: String, Sendable, CaseIterable {
        case container
        case inputStatistics = "input statistics"
        case predictionConsistency = "prediction consistency"
        case queryHistory = "query history"
    }

    /// The name in a policy, kebab case: `feature-squeezing`.
    package let name: String
    /// Raised whenever equal input may give another score.
    package let version: Int
    /// The family it belongs to.
    package let family: Family
    /// 0 without a model call, 1 with a few copies, 2 with tens.
    package let tier: Int
    /// One sentence: what it finds.
    package let summary: String
    /// What the score is: unit and range.
    package let scoreMeaning: String
    /// Authors, title, venue, year, section or equation.
    package let source: String
    /// What is known to defeat it.
    package let weaknesses: String
    /// The words that may stand in `Signal.findings`.
    package let findings: [String]
    /// What a policy may say.
    package let parameters: [ParameterDescriptor]

    /// A descriptor, each member named.
    package init(
        name: String, version: Int, family: Family, tier: Int, summary: String, scoreMeaning: String, source: String,
        weaknesses: String, findings: [String], parameters: [ParameterDescriptor]
    ) {
        self.name = name
        self.version = version
        self.family = family
        self.tier = tier
        self.summary = summary
        self.scoreMeaning = scoreMeaning
        self.source = source
        self.weaknesses = weaknesses
        self.findings = findings
        self.parameters = parameters
    }
}

/// Why a detector could not be made or could not score.
package enum DetectorError: Error, Hashable, Sendable {
    /// No detector has this name; `nearest` is the closest that exists.
    case unknown(name: String, nearest: String?)
    /// A parameter is unknown, of the wrong kind or out of range; `allowed` says what would do.
    case parameter(detector: String, name: String, allowed: String)
    /// A squeezer in a parameter could not be made.
    case squeezer(detector: String, reason: DefenseError)
    /// A copy had no answer, so that there is no score; the request is degraded.
    case answersMissing(detector: String)
    /// `score` was called on a detector that asks for no copies: a mistake of the caller.
    case needsNoAnswers(detector: String)
}
