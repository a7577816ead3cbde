/// A detector whose score is the excess of some features over what others let expect.
protocol ExcessDetector: FittedDetector {
    /// The features, and what was learned of them.
    var score: ExcessScore { get set }
}

extension ExcessDetector {
    /// True once it has a fit.
    package var isFitted: Bool { score.fit != nil }

    /// Covariates, then targets.
    package func features(of subject: DetectorSubject) -> DetectorFeatures? { score.features(of: subject) }

    /// Learns from at least 20 images.
    package static func fit(_ sample: [DetectorFeatures]) throws(DetectorError) -> DetectorFit {
        let blank = try Self(parameters: [:])
        return try ExcessFit.learn(sample, detector: descriptor.name, plan: blank.score.plan)
    }

    /// This detector with a fit.
    package func fitted(by fit: DetectorFit) throws(DetectorError) -> any FittedDetector {
        var copy = self
        copy.score.fit = try ExcessFit(fit, detector: Self.descriptor.name, plan: score.plan)
        return copy
    }

    /// The excess; nil for a small image, for one without a plan, and before a fit.
    package func inspect(_ subject: DetectorSubject) throws(DetectorError) -> Signal? { score.signal(of: subject) }
}
