internal import ImageDefenses
package import PixelCore

/// How many answers to changed copies agree with f(x), asked in rounds until the question is settled.
///
/// Agreement of labels under small transformations, as a detector: Meng, Chen, "MagNet", CCS 2017; Raff, Sylvester,
/// Forsyth, McLean, "Barrage of Random Transforms for Adversarially Robust Defense", CVPR 2019. Stopped early by Wald's
/// sequential probability ratio test (`SequentialTest`), looked at after each round. It compares labels alone, so that it
/// works where the model tells nothing else. Each vector of an answer has a count of its own; the score is the largest
/// ratio over them, compared with clean answers of as many vectors, and an answer with another number of vectors agrees
/// in none. Rounds end when one vector is odd enough, all are clean enough, or the transforms are used up.
package struct LabelConsensus: Detector {
    /// What the catalogue prints.
    package static let descriptor = DetectorDescriptor(
        name: "label-consensus", version: 1, family: .predictionConsistency, tier: 2,
        summary: "Counts how many answers to changed copies agree with the model's label, asked in rounds.",
        scoreMeaning:
            "Log-likelihood ratio of the counted agreements, attacked against clean; positive where attacked is "
            + "likelier, bounded by the number of copies.",
        source: "Wald: Sequential Tests of Statistical Hypotheses, Annals of Mathematical Statistics 16, 1945; "
            + "Raff et al.: Barrage of Random Transforms, CVPR 2019",
        weaknesses:
            "Attacks that are surer of their label than clean images keep it under every transform (BIM and PGD of "
            + "large radius), adaptive ones by expectation over the transforms (Athalye et al., ICML 2018); models that "
            + "waver on clean images hide much.",
        findings: [],
        parameters: [
            ParameterDescriptor(
                name: "transforms", kind: .pipelines, defaultValue: .list(defaultTransforms),
                summary: "Defenses in short form, one copy each, asked in this order; at most 64."),
            ParameterDescriptor(
                name: "round", kind: .integer(1...64), defaultValue: .integer(4),
                summary: "Copies asked at the same time, before it is decided whether more are needed."),
            ParameterDescriptor(
                name: "clean_agreement", kind: .real(0.5...0.999), defaultValue: .real(0.9),
                summary: "Share of copies of a clean image that keep its label."),
            ParameterDescriptor(
                name: "attacked_agreement", kind: .real(0.001...0.99), defaultValue: .real(0.5),
                summary: "Share of copies of an attacked image that keep its label; less than clean_agreement."),
            ParameterDescriptor(
                name: "alpha", kind: .real(0.0001...0.4), defaultValue: .real(0.05),
                summary: "Share of clean images that may end as odd."),
            ParameterDescriptor(
                name: "beta", kind: .real(0.0001...0.4), defaultValue: .real(0.05),
                summary: "Share of attacked images that may end as clean; larger asks less about images that agree."),
        ])

    /// What is cheap and changes clean answers least, each round from several families.
    static let defaultTransforms = [
        "median(2)", "jpeg(75)", "random-resize-pad(90)", "gaussian-noise(0.03)",
        "random-crop(90)", "gaussian(0.7)", "bit-depth(4)", "jpeg(50)",
        "random-resize-pad(90)", "gaussian-noise(0.05)", "random-crop(90)", "bit-depth(5)",
        "median(3)", "uniform-noise(0.05)", "random-resize-pad(85)", "stochastic-jpeg",
    ]

    private let transforms: [DefensePipeline]
    private let round: Int
    private let test: SequentialTest

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DetectorError) {
        let checked = try Self.descriptor.check(parameters)
        let shortForms = checked.list("transforms")
        guard shortForms.count <= CopyRequest.mostCopies else {
            throw .parameter(
                detector: Self.descriptor.name, name: "transforms",
                allowed: "a list of at most \(CopyRequest.mostCopies) defenses")
        }
        transforms = try Self.descriptor.pipelines(shortForms)
        round = checked.integer("round")
        let (p0, p1) = (checked.real("clean_agreement"), checked.real("attacked_agreement"))
        guard p1 < p0 else {
            throw .parameter(
                detector: Self.descriptor.name, name: "attacked_agreement",
                allowed: "less than clean_agreement, which is \(p0)")
        }
        test = SequentialTest(p0: p0, p1: p1, alpha: checked.real("alpha"), beta: checked.real("beta"))
    }

    /// Nothing without answers of the model.
    package func inspect(_ subject: DetectorSubject) throws(DetectorError) -> Signal? { nil }

    /// The next transforms in order.
    package func copies(round: Int, signals: [Signal]) -> [CopyRequest] {
        transforms.dropFirst(round * self.round).prefix(self.round).map { CopyRequest(pipeline: $0) }
    }

    /// The ratio, or another round; throws `answersMissing` unless every copy was answered.
    package func score(reference: ModelAnswer, answers: [ModelAnswer?]) throws(DetectorError) -> DetectorStep {
        let name = Self.descriptor.name
        guard !answers.isEmpty, answers.count <= transforms.count else { throw .answersMissing(detector: name) }
        var heard: [ModelAnswer] = []
        for answer in answers {
            guard let answer else { throw .answersMissing(detector: name) }
            heard.append(answer)
        }
        let agreements = reference.vectors.indices.map { index in
            heard.count { Self.agrees($0, with: reference, at: index) }
        }
        let ratios = agreements.map { test.ratio(agreements: $0, of: heard.count) }
        let score = ratios.max() ?? 0
        let isSettled = score >= test.odd || score <= test.clean
        guard isSettled || heard.count == transforms.count else { return .anotherRound }
        return .signal(
            Signal(
                detector: name, score: score, evidence: evidence(heard, reference, agreements.min() ?? 0),
                stratum: reference.stratum, level: reference.level, oddestCopy: oddest(heard, reference)))
    }

    /// How many were asked and agree (on the vector that is odds with most), and how often each label came.
    private func evidence(
        _ heard: [ModelAnswer], _ reference: ModelAnswer, _ agreements: Int
    ) -> [Signal.Evidence] {
        var counts: [String: Int] = [:]
        for answer in heard { counts[answer.label, default: 0] += 1 }
        let labels = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return [
            Signal.Evidence(name: "asked", value: Double(heard.count)),
            Signal.Evidence(name: "agreed", value: Double(agreements)),
        ] + labels.map { Signal.Evidence(name: "label.\($0.key)", value: Double($0.value)) }
    }

    /// Among the copies with another label the one furthest from f(x).
    private func oddest(_ heard: [ModelAnswer], _ reference: ModelAnswer) -> String? {
        var (oddest, greatest): (Int?, Double) = (nil, -1)
        for (index, answer) in heard.enumerated() where answer.label != reference.label {
            let distance = AnswerMeasure.l1.distance(reference, answer).value
            if distance > greatest { (oddest, greatest) = (index, distance) }
        }
        return oddest.map { transforms[$0].name }
    }

    private static func agrees(_ answer: ModelAnswer, with reference: ModelAnswer, at index: Int) -> Bool {
        answer.vectors.count == reference.vectors.count
            && answer.vectors[index].topLabel == reference.vectors[index].topLabel
    }
}
