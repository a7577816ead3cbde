package import PixelCore
internal import PixelKernels

/// Finds contours that nobody's pen or printer draws: pixels flipped along the edge of the ink.
///
/// Each sample of the contour is black or white given its twelve neighbours; clean images of the route say how likely either
/// is. The score is the mean surprise along the contour, in the manner of the context models of bitonal compression (JBIG,
/// ITU-T T.82, 1993; P. G. Howard, F. Kossentini, B. Martins, S. Forchhammer, W. J. Rucklidge, "The Emerging JBIG2 Standard",
/// IEEE Transactions on Circuits and Systems for Video Technology 8, 1998, section IV), with neighbours all around.
package struct InkRoughness: FittedDetector {
    /// Added to the number of samples that the mean is taken over, so that a dot does not score as much as a page.
    private static let pull = 8.0
    /// Surprise above which a sample counts as unlikely: a probability of 1.8 %.
    private static let unlikely = 4.0

    /// What the catalogue prints.
    package static let descriptor = DetectorDescriptor(
        name: "ink-roughness", version: 1, family: .inputStatistics, tier: 0,
        summary: "Finds contours of ink that are rougher than those of clean images.",
        scoreMeaning:
            "Mean of -ln P(sample | its 12 neighbours) along the contour, with 8 samples of no surprise added: from "
            + "0, about 0.2 for digits. No signal for images with many levels, such as photographs.",
        source:
            "A statistic of our own, after the context models of bitonal compression: ITU-T T.82 (JBIG), 1993; Howard et "
            + "al.: The Emerging JBIG2 Standard, IEEE Transactions on Circuits and Systems for Video Technology 8, 1998",
        weaknesses:
            "Sees black and white alone: noise that does not cross 128 passes. An attacker who knows the clean images "
            + "can keep to likely contours; a change of pen, resolution or scanner raises scores as well; "
            + "more than 15 % of samples in mid-grey give no signal.",
        findings: [], parameters: [])

    private let surprises: [Double]?

    /// Takes no parameters.
    package init(parameters: [String: ParameterValue]) throws(DetectorError) {
        _ = try Self.descriptor.check(parameters)
        surprises = nil
    }

    private init(fit: InkRoughnessFit) {
        surprises = InkNeighbourhood.surprises(ofInk: fit.ink)
    }

    /// True once it has a fit.
    package var isFitted: Bool { surprises != nil }

    /// How often each neighbourhood occurs; nil for an image that shows no ink.
    package func features(of subject: DetectorSubject) -> DetectorFeatures? {
        guard let levels = subject.statistics.ink else { return nil }
        return InkRoughnessFit.features(
            InkContour(everySampleOf: levels).counts, stratum: InkKind(levels).rawValue)
    }

    /// The probability of ink in each neighbourhood. Throws `.cannotFit` for too little contour, and for features that are
    /// none of this version's.
    package static func fit(_ sample: [DetectorFeatures]) throws(DetectorError) -> DetectorFit {
        try InkRoughnessFit(sample).stored
    }

    /// This detector with a fit. Throws `.cannotFit` when the numbers are not of this version's shape.
    package func fitted(by fit: DetectorFit) throws(DetectorError) -> any FittedDetector {
        InkRoughness(fit: try InkRoughnessFit(stored: fit))
    }

    /// The mean surprise; nil without a fit and for an image that shows no ink.
    package func inspect(_ subject: DetectorSubject) throws(DetectorError) -> Signal? {
        guard let surprises, let levels = subject.statistics.ink else { return nil }
        let contour = InkContour(contourOf: levels, isMarked: surprises.map { $0 > Self.unlikely })
        var (surprise, unlikely, samples) = (0.0, 0, 0.0)
        for (key, count) in contour.counts.enumerated() where count > 0 {
            samples += Double(count)
            surprise += Double(count) * surprises[key]
            if surprises[key] > Self.unlikely { unlikely += count }
        }
        return Signal(
            detector: Self.descriptor.name, score: surprise / (samples + Self.pull),
            evidence: [
                Signal.Evidence(name: "contour", value: samples),
                Signal.Evidence(name: "mean", value: surprise / max(1, samples)),
                Signal.Evidence(name: "unlikely", value: Double(unlikely) / max(1, samples)),
            ],
            stratum: InkKind(levels).rawValue, boxes: contour.densest.map { [$0] } ?? [])
    }
}
