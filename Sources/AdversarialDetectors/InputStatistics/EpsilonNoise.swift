package import PixelCore
internal import PixelKernels

/// Finds noise that each channel has on its own, and the step ±ε of an attack bounded in L∞.
///
/// A camera's noise and a photograph's texture move the channels of a pixel together; an attack by the sign of a gradient
/// moves each by ε to a side of its own. What a pixel is away from its 3×3 median shows both.
package struct EpsilonNoise: Detector {
    private static let peak = "epsilon-peak"
    /// The largest ε that is looked for, in levels.
    private static let largest = 16
    /// How many deviations of chance a peak must stand out by. Of 1,121 clean photographs, 1,000 of them 32×32, none does.
    private static let leastProminence = 3.0

    /// What the catalogue prints.
    package static let descriptor = DetectorDescriptor(
        name: "epsilon-noise", version: 1, family: .inputStatistics, tier: 0,
        summary: "Finds noise that each channel has on its own, and names the step that it is made of.",
        scoreMeaning:
            "Of the pixels that leave their 3×3 median by 2 levels or more, about equally in all channels, the "
            + "share whose channels leave it to different sides: 0...1, 0.75 for independent noise. No signal for grey "
            + "images and below 12 pixels a side.",
        source:
            "Sign steps of ±ε: I. Goodfellow, J. Shlens, C. Szegedy, Explaining and Harnessing Adversarial Examples, ICLR "
            + "2015, section 4; the statistic: ours",
        weaknesses:
            "Finds most attacks of 8 levels and little below 4 in small or textured images. Blind to noise that is "
            + "equal in all channels, or of steps that differ from channel to channel on a smooth ground, to attacks bounded in L2, to patches, and to an image saved as JPEG after the attack.",
        findings: [peak], parameters: [], weight: 0.5)

    /// Takes no parameters.
    package init(parameters: [String: ParameterValue]) throws(DetectorError) {
        _ = try Self.descriptor.check(parameters)
    }

    /// The share and what explains it; nil for a grey or small image.
    package func inspect(_ subject: DetectorSubject) throws(DetectorError) -> Signal? {
        guard let deviations = MedianDeviations(of: subject.image) else { return nil }
        let epsilon = Self.epsilon(deviations.opposedEqual)
        // Counts of chance in a smooth image say nothing: 3 pixels in 1,000 are added to those that agree.
        let compared = Double(deviations.opposed + deviations.aligned) + 0.003 * Double(deviations.pixels)
        return Signal(
            detector: Self.descriptor.name, score: Double(deviations.opposed) / compared,
            findings: epsilon == nil ? [] : [Self.peak],
            evidence: [
                Signal.Evidence(name: "epsilon", value: Double(epsilon ?? 0)),
                Signal.Evidence(name: "channel-correlation", value: deviations.correlation),
                Signal.Evidence(name: "excess-kurtosis", value: deviations.excessKurtosis),
            ], stratum: ExcessScore.stratum(of: subject))
    }

    /// The step whose multiples stand out most among equal magnitudes; nil where none does.
    ///
    /// Steps of ±ε on a smooth ground leave the median by 0 or 2 ε, on a rougher one by ε too. Each count is compared with
    /// the mean of its neighbours.
    static func epsilon(_ counts: [Int]) -> Int? {
        var best = (epsilon: 0, prominence: leastProminence)
        for epsilon in 1...largest where 2 * epsilon + 1 < counts.count {
            var (excess, chance) = (0.0, 4.0)
            for k in epsilon == 1 ? [2] : [epsilon, 2 * epsilon] {
                let beside = Double(counts[k - 1] + counts[k + 1])
                excess += Double(counts[k]) - beside / 2
                chance += Double(counts[k]) + beside / 4
            }
            let prominence = excess / chance.squareRoot()
            if prominence > best.prominence { best = (epsilon, prominence) }
        }
        return best.epsilon == 0 ? nil : best.epsilon
    }
}
