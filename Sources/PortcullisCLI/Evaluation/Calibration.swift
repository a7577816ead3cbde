import AdversarialDetectors
import RobustnessEvaluation

/// A threshold from the scores of clean images, by the rule of feature squeezing's reference.
struct Calibration: Sendable {
    /// The role of the clean images whose scores count.
    let role: String
    /// The share of them that may score higher.
    let rate: Double
    /// The scores, in no order.
    let scores: [Double]
    /// Flag what is strictly above it.
    let threshold: Double

    /// Throws when the role has no scores, or one is not finite.
    init(role: String, rate: Double, scores: [Double]) throws(CommandFailure) {
        guard !scores.isEmpty else {
            throw .usage(
                "no clean image of the role \"\(role)\" has a score: is the detector in the policy, and the model asked?"
            )
        }
        guard let threshold = ScoreThreshold.above(scores: scores, falsePositiveRate: rate) else {
            throw .usage("no threshold for a rate of \(rate): it must be from 0 to below 1, and every score finite")
        }
        self.role = role
        self.rate = rate
        self.scores = scores
        self.threshold = threshold
    }

    /// What is printed: the threshold, and what the sample can promise.
    func text(detector: String) -> String {
        let above = ScoreThreshold.count(of: scores, above: threshold)
        let promise = ClopperPearson.upperBound(successes: above, of: scores.count, confidence: 0.95)
        return """
            threshold  \(threshold)
            in a policy  {detector: \(detector), above: {raw: \(threshold)}}
            made from \(scores.count) clean images (\(role)) at a rate of \(rate); \(above) of them score higher
            with 95 % confidence its false-positive rate on images like these is at most \(Self.percent(promise))
            """
    }

    /// `outcome` as it would be if the threshold alone decided; a failed one, and one without a score, is failed.
    func judge(_ outcome: ImageOutcome) -> ImageOutcome {
        var judged = outcome
        guard outcome.handling != .failed, let score = outcome.score else {
            judged.handling = .failed
            return judged
        }
        judged.handling = score > threshold ? .flagged : .forwarded
        return judged
    }

    private static func percent(_ share: Double) -> String {
        let tenths = (share * 1000).rounded(.up) / 10
        return "\(tenths) %"
    }
}
