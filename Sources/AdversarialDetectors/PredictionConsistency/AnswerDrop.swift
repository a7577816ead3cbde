internal import ImageDefenses
package import PixelCore

/// How much less sure the model is of its label on copies of the image than it is on copies of clean images that it is as
/// sure about.
///
/// For each copy, clean images give a mean and a scale of the log-odds of f(x)'s label, as smooth functions of its
/// log-odds in f(x); z says how many scales a copy lies above the mean, and the score is the sum of -min(z, 1) over the
/// copies. Conditioning is by a fitted line and not by bands of confidence, because strong attacks lie beyond the
/// confidence that clean images have: a band is blind there, a line is not. The cap keeps one copy that an attacker has
/// made steady from paying for the others.
/// After feature squeezing (Xu, Evans, Qi, NDSS 2018) and the odds of Roth, Kilcher, Hofmann, ICML 2019, section 3; the
/// conditioning and the cap are ours. Without a fit the score is that of `answer-doubt`.
package struct AnswerDrop: FittedDetector {
    /// What the catalogue prints.
    package static let descriptor = DetectorDescriptor(
        name: "answer-drop", version: 1, family: .predictionConsistency, tier: 1,
        summary:
            "Finds images whose label holds up less under copies than clean images' that the model is as sure about.",
        scoreMeaning:
            "Sum over the copies of how many clean scales the log-odds of f(x)'s label fall short, at best -1 a "
            + "copy; before calibration, the sum of the log-odds against it.",
        source:
            "After Xu, Evans, Qi: Feature Squeezing, NDSS 2018; Roth, Kilcher, Hofmann: The Odds are Odd, ICML 2019, "
            + "section 3",
        weaknesses:
            "Attacks that include the copies in their loss (Tramèr, Carlini, Brendel, Mądry, NeurIPS 2020, broke "
            + "the odds this way); patches, which survive every copy; perturbations of low frequency.",
        findings: [],
        parameters: [
            ParameterDescriptor(
                name: "copies", kind: .pipelines,
                defaultValue: .list(["median(2)+mirror", "jpeg(75)", "translate(1,1)"]),
                summary:
                    "Defenses in short form, one copy each, joined by + where several make one copy; without mirror "
                    + "where it changes the meaning.")
        ], weight: 4)

    private static let smallestFit = 100
    private let asked: CopyList
    private let fit: AnswerDropFit?

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DetectorError) {
        asked = try CopyList(Self.descriptor.check(parameters).list("copies"), descriptor: Self.descriptor)
        fit = nil
    }

    private init(asked: CopyList, fit: AnswerDropFit) {
        self.asked = asked
        self.fit = fit
    }

    /// True once it has a fit.
    package var isFitted: Bool { fit != nil }

    /// Nothing without answers of the model.
    package func inspect(_ subject: DetectorSubject) throws(DetectorError) -> Signal? { nil }

    /// One copy each, all in the first round.
    package func copies(round: Int, signals: [Signal]) -> [CopyRequest] {
        round == 0 ? asked.requests : []
    }

    /// The score of the oddest vector; throws `answersMissing` unless every copy was answered.
    package func score(reference: ModelAnswer, answers: [ModelAnswer?]) throws(DetectorError) -> DetectorStep {
        let answers = try asked.complete(answers)
        let vectors = AnswerLogOdds.vectors(reference: reference, answers: answers)
        let scored = vectors.map { vector in (vector, fit.map { $0.standardized(vector) } ?? vector.copies) }
        guard let worst = scored.max(by: { score($0.1) < score($1.1) }) else {
            throw .answersMissing(detector: Self.descriptor.name)
        }
        return .signal(
            Signal(
                detector: Self.descriptor.name, score: score(worst.1), evidence: asked.evidence(worst.0),
                stratum: reference.stratum, oddestCopy: asked.oddest(worst.1)))
    }

    /// The sum of what the copies fall short, each paying for the others by one scale at most once there is a fit.
    private func score(_ values: [Double]) -> Double {
        values.reduce(0) { $0 - (fit == nil ? $1 : min($1, 1)) }
    }

    // MARK: Learning

    /// The log-odds of f(x) and of the copies, from the evidence of the unfitted signal.
    package func features(of signal: Signal) -> DetectorFeatures? {
        guard signal.detector == Self.descriptor.name, signal.evidence.count == asked.count + 1 else { return nil }
        return DetectorFeatures(stratum: "", values: signal.evidence.map(\.value))
    }

    /// Mean and scale of each copy given f(x). Throws `.cannotFit` with fewer than 100 images.
    package static func fit(_ sample: [DetectorFeatures]) throws(DetectorError) -> DetectorFit {
        let usable = sample.map(\.values).filter { $0.count >= 2 && $0.allSatisfy(\.isFinite) }
        guard usable.count >= smallestFit, let fit = AnswerDropFit(usable) else {
            throw .cannotFit(
                detector: descriptor.name,
                detail: "\(usable.count) clean images were answered; at least \(smallestFit) are needed")
        }
        return fit.stored
    }

    /// This detector with a fit. Throws `.cannotFit` when it was made for another number of copies.
    package func fitted(by fit: DetectorFit) throws(DetectorError) -> any FittedDetector {
        guard let fit = AnswerDropFit(fit, copies: asked.count) else {
            throw .cannotFit(
                detector: Self.descriptor.name, detail: "the stored numbers are not those of \(asked.count) copies")
        }
        return AnswerDrop(asked: asked, fit: fit)
    }
}
