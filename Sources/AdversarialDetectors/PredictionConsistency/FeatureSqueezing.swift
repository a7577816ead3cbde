internal import ImageDefenses
package import PixelCore

/// The largest distance between the model's answer to the image and its answers to squeezed copies.
///
/// Xu, Evans, Qi, "Feature Squeezing: Detecting Adversarial Examples in Deep Neural Networks", NDSS 2018, section IV:
/// score = max over squeezers s of ‖f(x) - f(s(x))‖₁, flagged when above a threshold set on clean images
/// (`ScoreThreshold`). Noise as a squeezer is criterion C1 of Hu, Yu, Guo, Chao, Weinberger, "A New Defense Against
/// Adversarial Images: Turning a Weakness into a Strength", NeurIPS 2019. Where we differ: copies are u8; the level is
/// how sure the model is of f(x), so that a calibration compares sure answers with sure ones; `log-odds` measures how far
/// those of f(x)'s class fall, since between answers that are all but certain L1 sees nothing; an answer of several
/// vectors scores the largest distance over them and is compared with clean answers of as many, and a different number
/// of vectors is the greatest possible distance; top-k answers are completed as `ScoreDistance` says.
package struct FeatureSqueezing: Detector {
    /// What the catalogue prints.
    package static let descriptor = DetectorDescriptor(
        name: "feature-squeezing", version: 2, family: .predictionConsistency, tier: 1,
        summary: "Compares the model's answer to the image with its answers to squeezed copies.",
        scoreMeaning:
            "Largest L1 distance between score vectors, 0...2; with `measure: log-odds` the largest fall of the "
            + "log-odds of the answer's class, 0...32.",
        source: "Xu, Evans, Qi: Feature Squeezing, NDSS 2018, section IV; EvadeML-Zoo detections/feature_squeezing.py; "
            + "Hu et al.: Turning a Weakness into a Strength, NeurIPS 2019, criterion C1 (noise)",
        weaknesses: "Adaptive attacks with a squeezed-copy loss (He et al., WOOT 2017), high-confidence perturbations "
            + "(Sharma, Chen, 2018), weak on FGSM; with l1 weak on BIM and PGD too, whose answers are surer than those to "
            + "clean images; on bitonal images the squeezers hardly change anything.",
        findings: [],
        parameters: [
            ParameterDescriptor(
                name: "squeezers", kind: .pipelines, defaultValue: .list(["bit-depth(5)", "median(2)"]),
                summary: "Defenses in short form, one copy each; bit-depth(1) and median(2) suit digits, and "
                    + "gaussian-noise(0.03) may join."),
            ParameterDescriptor(
                name: "measure", kind: .choice(AnswerMeasure.words), defaultValue: .text(AnswerMeasure.l1.rawValue),
                summary: "What is compared: whole score vectors, or the log-odds of the answer's class."),
            ParameterDescriptor(
                name: "condition", kind: .choice(["confidence", "none"]), defaultValue: .text("confidence"),
                summary: "Whether a calibration compares sure answers with sure ones, or all with all."),
        ])

    private let squeezers: [DefensePipeline]
    private let measure: AnswerMeasure
    private let isConditioned: Bool

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DetectorError) {
        let checked = try Self.descriptor.check(parameters)
        squeezers = try Self.descriptor.pipelines(checked.list("squeezers"))
        measure = AnswerMeasure(rawValue: checked.text("measure")) ?? .l1
        isConditioned = checked.text("condition") == "confidence"
    }

    /// Nothing without answers of the model.
    package func inspect(_ subject: DetectorSubject) throws(DetectorError) -> Signal? { nil }

    /// One copy a squeezer, all in the first round.
    package func copies(round: Int, signals: [Signal]) -> [CopyRequest] {
        round == 0 ? squeezers.map { CopyRequest(pipeline: $0) } : []
    }

    /// The largest distance; throws `answersMissing` unless every copy was answered.
    package func score(reference: ModelAnswer, answers: [ModelAnswer?]) throws(DetectorError) -> DetectorStep {
        let compared = try ComparedCopies(
            squeezers, answers: answers, reference: reference, measure: measure, detector: Self.descriptor.name)
        return .signal(
            Signal(
                detector: Self.descriptor.name, score: compared.score, evidence: compared.evidence,
                stratum: reference.stratum, level: isConditioned ? reference.level : nil,
                oddestCopy: compared.oddest.map { squeezers[$0].name }))
    }
}
