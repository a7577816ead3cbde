@testable import RobustnessEvaluation

/// Images of which everything is known because it was made up.
enum MadeUpImages {
    /// An attacked image that fools the model, whose label 7 the attacker wants instead of 4.
    static func attacked(
        _ attack: String, _ handling: ImageOutcome.Handling, reads: String = "7", pValue: Double? = nil,
        file: String = "a.png", fools: Bool = true
    ) -> EvaluatedImage {
        image(
            ImageOutcome(
                attack: attack, trueLabel: "4", attackerLabel: "7", isStillAdversarial: fools, handling: handling,
                answerLabel: handling == .forwarded || handling == .flagged ? reads : nil),
            role: nil, reads: reads, unguarded: fools ? "7" : "4", pValue: pValue, file: file)
    }

    /// A clean image that shows a 4.
    static func clean(
        _ handling: ImageOutcome.Handling, reads: String = "4", unguarded: String = "4", pValue: Double? = nil,
        role: String = "clean_test", file: String = "c.png"
    ) -> EvaluatedImage {
        image(
            ImageOutcome(
                attack: nil, trueLabel: "4", attackerLabel: nil, isStillAdversarial: false, handling: handling,
                answerLabel: handling == .forwarded || handling == .flagged ? reads : nil),
            role: role, reads: reads, unguarded: unguarded, pValue: pValue, file: file)
    }

    private static func image(
        _ outcome: ImageOutcome, role: String?, reads: String, unguarded: String, pValue: Double?, file: String
    ) -> EvaluatedImage {
        var image = EvaluatedImage(file: file, role: role, outcome: outcome)
        image.modelLabel = reads
        image.unguardedLabel = unguarded
        image.combined = pValue
        image.scores = pValue.map { ["squeeze": .init(score: 1 - $0, pValue: $0)] } ?? [:]
        image.milliseconds = 2
        image.unguardedMilliseconds = 1
        image.extraCalls = 2
        return image
    }

    /// A report on `images` at 5 and 1 %, the model asked too.
    static func report(_ images: [EvaluatedImage]) -> EvaluationReport {
        var subject = EvaluationSubject(policy: "made-up", policySHA256: "0a", route: "all", path: "/predict")
        subject.isModelAsked = true
        subject.calibration = .init(name: "all.calibration.json", sha256: "0b", images: 500)
        return EvaluationReport(subject: subject, images: images, rates: [0.05, 0.01])
    }
}
