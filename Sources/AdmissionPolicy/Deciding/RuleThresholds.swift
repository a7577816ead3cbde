package import AdversarialDetectors

extension RoutePlan {
    /// The lowest raw score above which some rule of the route matches a signal like this one: of its detector, stratum
    /// and level. Nil when no rule asks for the score.
    package func threshold(for signal: Signal) -> Double? {
        let stratum = calibration?.calibration.detector(signal.detector)?.stratum(for: signal)
        return rules.flatMap { $0.condition.thresholds(of: signal.detector, in: stratum) }.min()
    }
}

extension RuleCondition {
    /// Raw scores above which some part of the condition holds, for scores of `detector` within `stratum`.
    fileprivate func thresholds(of name: String, in stratum: ScoreStratum?) -> [Double] {
        switch self {
        case .all(let members), .any(let members):
            return members.flatMap { $0.thresholds(of: name, in: stratum) }
        case .not(let member):
            return member.thresholds(of: name, in: stratum)
        case .scoreAbove(let detector, let threshold):
            return detector == name ? [threshold] : []
        case .rateAtMost(let detector, let rate):
            return detector == name ? [stratum?.threshold(at: rate)].compactMap { $0 } : []
        case .always, .combinedAtMost, .finding, .format, .pixelsAbove, .answerLabel, .confidenceBelow:
            return []
        }
    }
}
