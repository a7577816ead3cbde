internal import ImageDefenses
package import PixelCore

/// How much the model's answers to copies speak against the label that it gives the image, all copies together.
///
/// Score: the sum over the copies of the log-odds against f(x)'s label. After joint feature squeezing (Xu, Evans, Qi, NDSS
/// 2018, section IV) and label consensus under transformations; log-odds as in K. Roth, Y. Kilcher, T. Hofmann, "The Odds
/// are Odd", ICML 2019, section 3. Where we differ: a sum over copies in the place of the largest L1 distance, so that
/// several small doubts count, and no gradient and no noise statistics. Several vectors score the most doubtful one.
/// Nothing is learnt, so that it can be used without a calibration.
package struct AnswerDoubt: Detector {
    /// What the catalogue prints.
    package static let descriptor = DetectorDescriptor(
        name: "answer-doubt", version: 1, family: .predictionConsistency, tier: 1,
        summary: "Adds up how much the answers to several copies speak against the label of the image.",
        scoreMeaning:
            "Sum over the copies of log((1 - p) / p), p being the probability of f(x)'s label; about -16 to 16 a "
            + "copy.",
        source:
            "After Xu, Evans, Qi: Feature Squeezing, NDSS 2018, section IV; log-odds as in Roth, Kilcher, Hofmann: The "
            + "Odds are Odd, ICML 2019, section 3",
        weaknesses:
            "Attacks that include the copies in their loss (Tramèr, Carlini, Brendel, Mądry, NeurIPS 2020, on the "
            + "odds and on ensembles of transformations); images that are attacked so strongly that every copy agrees.",
        findings: [],
        parameters: [
            ParameterDescriptor(
                name: "copies", kind: .pipelines, defaultValue: .list(["reink(thick)", "reink(thin)", "reink(soft)"]),
                summary: "Defenses in short form, one copy each, joined by + where several make one copy; the default "
                    + "suits ink.")
        ], weight: 4)

    private let asked: CopyList

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DetectorError) {
        asked = try CopyList(
            Self.descriptor.check(parameters).list("copies"), descriptor: Self.descriptor)
    }

    /// Nothing without answers of the model.
    package func inspect(_ subject: DetectorSubject) throws(DetectorError) -> Signal? { nil }

    /// One copy each, all in the first round.
    package func copies(round: Int, signals: [Signal]) -> [CopyRequest] {
        round == 0 ? asked.requests : []
    }

    /// The most doubtful vector's sum; throws `answersMissing` unless every copy was answered.
    package func score(reference: ModelAnswer, answers: [ModelAnswer?]) throws(DetectorError) -> DetectorStep {
        let answers = try asked.complete(answers)
        let vectors = AnswerLogOdds.vectors(reference: reference, answers: answers)
        guard let worst = vectors.max(by: { $0.doubt < $1.doubt }) else {
            throw .answersMissing(detector: Self.descriptor.name)
        }
        return .signal(
            Signal(
                detector: Self.descriptor.name, score: worst.doubt, evidence: asked.evidence(worst),
                stratum: reference.stratum, oddestCopy: asked.oddest(worst.copies)))
    }
}
