package import PixelCore

/// Finds fine structure in brightness that the structure at half and a quarter of the scale does not account for.
package struct LumaResidual: ExcessDetector {
    /// What the catalogue prints.
    package static let descriptor = DetectorDescriptor(
        name: "luma-residual", version: 1, family: .inputStatistics, tier: 0,
        summary: "Finds more fine structure in brightness than clean images of that content have.",
        scoreMeaning: "Sum over 4 features of the excess over what is expected, in clean standard deviations; around 0 "
            + "for a clean image. No signal below 12 pixels a side and without a calibration.",
        source:
            "Residual filter: J. Fridrich, J. Kodovský, Rich Models for Steganalysis of Digital Images, IEEE TIFS 7, "
            + "2012, section II-A; regression on coarser scales: ours",
        weaknesses:
            "Finds strong noise (8 levels) and little below 4. Blind to low-frequency attacks, to few pixels, and "
            + "to an image that was saved as JPEG after the attack.",
        findings: [], parameters: [])

    var score: ExcessScore = {
        let coarse = ["q10", "q25", "q50", "q75", "q90", "mean"].map { "s2.Y.k3.\($0)" }
        let plan = ExcessPlan(
            groups: [(name: "fine-luma", targets: ResidualNames.fine(1, "Y"))],
            covariates: coarse + ResidualNames.content("Y") + ["s4.Y.sd"] + ResidualNames.saturation)
        return ExcessScore(detector: descriptor.name, colour: plan, grey: plan)
    }()

    /// Takes no parameters.
    package init(parameters: [String: ParameterValue]) throws(DetectorError) {
        _ = try Self.descriptor.check(parameters)
    }
}
