package import PixelCore
internal import PixelKernels

/// Finds noise on the paper and in the ink of digits, scans and line art: grey where there should be black or white.
///
/// Ink drawn on paper is grey on its contour alone. The score is how far the samples off the contour are from pure black or
/// white; the contour is every sample whose 3×3 neighbourhood crosses 128. A statistic of our own, in the line of N. Carlini,
/// D. Wagner, "Adversarial Examples Are Not Easily Detected: Bypassing Ten Detection Methods", AISec 2017, section 4: what
/// gave attacked digits away was noise where clean ones are blank, and an attacker who knows can leave that alone.
package struct InkGround: Detector {
    /// What the catalogue prints.
    package static let descriptor = DetectorDescriptor(
        name: "ink-ground", version: 1, family: .inputStatistics, tier: 0,
        summary: "Finds grey where digits, scans and line art have pure paper or pure ink.",
        scoreMeaning:
            "Mean distance to black or white, 0...127 levels, of samples whose 3×3 neighbourhood does not cross "
            + "128. No signal for images with many levels, such as photographs.",
        source:
            "A statistic of our own; that noise on the ground of digits gives attacks away, and can be avoided: Carlini, "
            + "Wagner: Adversarial Examples Are Not Easily Detected, AISec 2017",
        weaknesses:
            "Blind to changes that keep to the contour or to pure black and white (boundary flips, few-pixel changes) "
            + "and, on noisy scans, to noise below the scanner's; more than 15 % of samples in mid-grey give no signal.",
        findings: [], parameters: [])

    /// Takes no parameters.
    package init(parameters: [String: ParameterValue]) throws(DetectorError) {
        _ = try Self.descriptor.check(parameters)
    }

    /// The mean distance; nil for an image that shows no ink.
    package func inspect(_ subject: DetectorSubject) throws(DetectorError) -> Signal? {
        guard let levels = subject.statistics.ink else { return nil }
        let flat = Double(max(1, levels.flat))
        return Signal(
            detector: Self.descriptor.name, score: Double(levels.flatDistance) / flat,
            evidence: [
                Signal.Evidence(name: "faint", value: Double(levels.flatFaint) / flat),
                Signal.Evidence(name: "pure", value: Double(levels.pure) / Double(levels.samples)),
                Signal.Evidence(name: "flat", value: Double(levels.flat) / Double(levels.samples)),
            ],
            stratum: InkKind(levels).rawValue)
    }
}
