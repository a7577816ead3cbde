internal import ImageDefenses
package import PixelCore

/// The largest distance between the model's answer to the image and its answers to squeezed copies.
///
/// Xu, Evans, Qi, "Feature Squeezing: Detecting Adversarial Examples in Deep Neural Networks", NDSS 2018, section IV:
/// score = max over squeezers s of ‖f(x) - f(s(x))‖₁, flagged when above a threshold set on clean images
/// (`ScoreThreshold`). Where we differ: copies are u8; an answer of several vectors scores the largest distance over
/// them, and a different number of vectors the greatest possible one; top-k answers are completed as `ScoreDistance`
/// says.
package struct FeatureSqueezing: Detector {
    /// What the catalogue prints.
    package static let descriptor = DetectorDescriptor(
        name: "feature-squeezing", version: 1, family: .predictionConsistency, tier: 1,
        summary: "Compares the model's answer to the image with its answers to squeezed copies.",
        scoreMeaning: "Largest L1 distance between score vectors, 0...2.",
        source: "Xu, Evans, Qi: Feature Squeezing, NDSS 2018, section IV; EvadeML-Zoo detections/feature_squeezing.py",
        weaknesses: "Adaptive attacks with a squeezed-copy loss (He et al., WOOT 2017), high-confidence perturbations "
            + "(Sharma, Chen, 2018), weak on FGSM and BIM; on bitonal images the squeezers hardly change anything.",
        findings: [],
        parameters: [
            ParameterDescriptor(
                name: "squeezers", kind: .pipelines, defaultValue: .list(["bit-depth(5)", "median(2)"]),
                summary: "Defenses in short form, one copy each; bit-depth(1) and median(2) suit digits.")
        ])

    private let squeezers: [DefensePipeline]

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DetectorError) {
        var squeezers: [DefensePipeline] = []
        for shortForm in try Self.descriptor.check(parameters).list("squeezers") {
            do {
                squeezers.append(try DefenseCatalogue.pipeline(shortForm))
            } catch {
                throw .squeezer(detector: Self.descriptor.name, reason: error)
            }
        }
        self.squeezers = squeezers
    }

    /// Nothing without answers of the model.
    package func inspect(_ subject: DetectorSubject) throws(DetectorError) -> Signal? { nil }

    /// One copy a squeezer, all in the first round.
    package func copies(round: Int, signals: [Signal]) -> [CopyRequest] {
        round == 0 ? squeezers.map { CopyRequest(pipeline: $0) } : []
    }

    /// The largest distance; throws `answersMissing` unless every copy was answered.
    package func score(reference: ModelAnswer, answers: [ModelAnswer?]) throws(DetectorError) -> DetectorStep {
        guard answers.count == squeezers.count else { throw .answersMissing(detector: Self.descriptor.name) }
        var evidence: [Signal.Evidence] = []
        var score = 0.0
        for (squeezer, answer) in zip(squeezers, answers) {
            guard let answer else { throw .answersMissing(detector: Self.descriptor.name) }
            let distance = ScoreDistance(reference, answer)
            score = max(score, distance.value)
            evidence.append(Signal.Evidence(name: squeezer.name, value: distance.value))
            if let bounds = distance.bounds {
                evidence.append(Signal.Evidence(name: "\(squeezer.name).low", value: bounds.lowerBound))
                evidence.append(Signal.Evidence(name: "\(squeezer.name).high", value: bounds.upperBound))
            }
        }
        return .signal(Signal(detector: Self.descriptor.name, score: score, evidence: evidence))
    }
}
