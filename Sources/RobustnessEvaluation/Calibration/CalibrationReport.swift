package import AdversarialDetectors
internal import Foundation

/// What the thresholds of a calibration are, and what they can be relied on for.
package struct CalibrationReport: Sendable {
    /// One detector's clean images of one word and band of levels, or one combination.
    package struct Threshold: Sendable {
        /// The detector, or `min-p (all)`.
        package let subject: String
        /// The stratum's name; empty for every image.
        package let stratum: String
        /// The upper bound of its band of levels; nil for none.
        package let upToLevel: Double?
        /// The upper bound of the band below; nil for none.
        package let aboveLevel: Double?
        /// Clean images that scores are compared with.
        package let images: Int
        /// For each rate: flag what is strictly above; nil where the sample gives no threshold.
        package let values: [Double?]
        /// For each rate: how many of the sample are above.
        package let above: [Int?]
        /// For each rate.
        package let poison: [PoisonBound?]
        /// For each rate: false where so few images promise nothing at 95 %.
        package let isSupported: [Bool]
        /// True when it is in the file.
        package let isInFile: Bool
    }

    /// The rates, those refused left out.
    package let rates: [Double]
    /// Rates that the sample cannot promise.
    package let refused: [Double]
    /// Images that set thresholds.
    package let images: Int
    /// In the order of the policy, then the combinations.
    package let thresholds: [Threshold]
    /// Subject by subject, rate by rate.
    package let outOfSample: [OutOfSample]

    /// The report on `images`, of which `method` combines the scores in the file.
    ///
    /// Throws `.rateUnsupported` when no rate is left.
    package init(
        _ images: [CleanImage], detectors: [MeasuredDetector], method: ScoreCombination, rates: [Double]
    ) throws(CalibrationError) {
        let rates = rates.sorted(by: >)
        self.images = images.count
        self.rates = rates.filter { RateSupport.isSupported($0, by: images.count) }
        refused = rates.filter { !RateSupport.isSupported($0, by: images.count) }
        guard let first = rates.first else { throw .noImages }
        guard !self.rates.isEmpty else { throw .rateUnsupported(rate: first, images: images.count) }
        let kept = self.rates
        var thresholds: [Threshold] = []
        for candidate in ScoreCombination.allCases {
            let scores = CalibratedScores(images, detectors: detectors, method: candidate)
            if thresholds.isEmpty {
                for detector in scores.detectors {
                    var below: ScoreStratum?
                    for stratum in Self.strata(of: detector) {
                        thresholds.append(
                            Self.threshold(
                                stratum, above: below?.name == stratum.name ? below?.upToLevel : nil,
                                of: detector.detector, rates: kept, isInFile: true))
                        below = stratum
                    }
                }
            }
            for (combination, part) in [(scores.tierZero, "no model call"), (scores.all, "all")] {
                guard let combination else { continue }
                let stratum = ScoreStratum(name: "", upToLevel: nil, scores: combination.statistics)
                thresholds.append(
                    Self.threshold(
                        stratum, above: nil, of: "\(candidate.rawValue), \(part)", rates: kept,
                        isInFile: candidate == method))
            }
        }
        self.thresholds = thresholds
        outOfSample = OutOfSample.measure(images, detectors: detectors, rates: kept)
    }

    /// Those that scores are compared with. The last one repeats what the bands before it hold, and images of any kind
    /// repeat the one kind that there is.
    private static func strata(of detector: DetectorCalibration) -> [ScoreStratum] {
        let used = detector.strata.dropLast()
        let names = Set(used.map(\.name)).subtracting([""])
        let total = detector.strata.last?.scores.count ?? 0
        guard names.count == 1, used.filter({ !$0.name.isEmpty }).reduce(0, { $0 + $1.scores.count }) == total else {
            return Array(used)
        }
        return used.filter { !$0.name.isEmpty }
    }

    private static func threshold(
        _ stratum: ScoreStratum, above level: Double?, of subject: String, rates: [Double], isInFile: Bool
    ) -> Threshold {
        let values = rates.map { stratum.threshold(at: $0) }
        return Threshold(
            subject: subject, stratum: stratum.name, upToLevel: stratum.upToLevel, aboveLevel: level,
            images: stratum.scores.count,
            values: values,
            above: values.map { value in value.map { ScoreThreshold.count(of: stratum.scores, above: $0) } },
            poison: rates.map { PoisonBound(stratum, rate: $0) },
            isSupported: rates.map { RateSupport.isSupported($0, by: stratum.scores.count) }, isInFile: isInFile)
    }

    /// The share of requests of `images` images of which one at least is flagged at `rate`, if images are independent; it is
    /// at most `images` times the rate if they are not.
    package static func perRequest(_ rate: Double, images: Int) -> Double {
        -expm1(Double(images) * log1p(-rate))
    }
}
