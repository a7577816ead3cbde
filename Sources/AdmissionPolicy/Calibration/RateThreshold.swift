internal import AdversarialDetectors

/// What a rate means in raw numbers among clean images of one kind.
package struct RateThreshold: Hashable, Sendable {
    /// What a rate may be about.
    package enum Subject: Hashable, Sendable {
        /// The scores of a detector.
        case detector(String)
        /// The combination of all detectors, or of those without a model call.
        case combined(asked: Bool)
    }

    /// What the rate is about.
    package let subject: Subject
    /// The share of clean images, above 0 and below 1.
    package let rate: Double
    /// The clean images that a score is compared with: `Signal.stratum`, empty for all of them.
    package let stratum: String
    /// Those with a level above this are of another line; nil for no bound.
    package let aboveLevel: Double?
    /// Those with a level up to this; nil for no bound.
    package let upToLevel: Double?
    /// How many clean images there are.
    package let images: Int
    /// The raw score above which a rule matches (strictly); nil where no score reaches the rate.
    package let raw: Double?
}

extension RoutePlan {
    /// The rates that rules and the gate speak of, each in raw numbers for every kind of clean image, in the order of the
    /// detectors; empty without a calibration.
    package var rateThresholds: [RateThreshold] {
        guard let calibration = calibration?.calibration else { return [] }
        let conditions = rules.map(\.condition) + [gate?.condition].compactMap { $0 }
        let rates = conditions.flatMap(\.rates)
        var thresholds: [RateThreshold] = []
        for detector in calibration.detectors {
            for rate in Set(rates.filter { $0.detector == detector.detector }.map(\.rate)).sorted(by: >) {
                thresholds += Self.thresholds(.detector(detector.detector), rate, detector.strata)
            }
        }
        let combined = Set(rates.filter { $0.detector == nil }.map(\.rate)).sorted(by: >)
        let isAsking = detectors.contains { $0.descriptor.tier > 0 }
        for (asked, combination) in [(true, calibration.all), (false, calibration.tierZero)] {
            guard let combination, asked == isAsking || gate != nil else { continue }
            for rate in combined {
                let stratum = ScoreStratum(name: "", upToLevel: nil, scores: combination.statistics)
                thresholds += Self.thresholds(.combined(asked: asked), rate, [stratum])
            }
        }
        return thresholds
    }

    private static func thresholds(
        _ subject: RateThreshold.Subject, _ rate: Double, _ strata: [ScoreStratum]
    ) -> [RateThreshold] {
        var bounds: [String: Double] = [:]
        return strata.enumerated().compactMap { index, stratum in
            // Behind bands of all images the list of all of them has nothing left to be compared with.
            if index > 0, index == strata.count - 1, strata[index - 1].name.isEmpty,
                strata[index - 1].upToLevel == nil
            {
                return nil
            }
            defer { bounds[stratum.name] = stratum.upToLevel }
            return RateThreshold(
                subject: subject, rate: rate, stratum: stratum.name, aboveLevel: bounds[stratum.name],
                upToLevel: stratum.upToLevel, images: stratum.scores.count, raw: stratum.threshold(at: rate))
        }
    }
}

extension RuleCondition {
    /// Every rate in the condition; the detector is nil for the combination.
    fileprivate var rates: [(detector: String?, rate: Double)] {
        switch self {
        case .rateAtMost(let detector, let rate): [(detector, rate)]
        case .combinedAtMost(let rate): [(nil, rate)]
        case .all(let members), .any(let members): members.flatMap(\.rates)
        case .not(let member): member.rates
        case .always, .scoreAbove, .finding, .format, .pixelsAbove, .answerLabel, .confidenceBelow: []
        }
    }
}
