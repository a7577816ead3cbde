package import PixelCore

/// Finds fine structure in the differences of colour that the image's coarse content does not account for.
///
/// The files of cameras, phones and the web hold colour at half the scale (4:2:0), so that what is left of R - G and B - G
/// without their smooth content is tiny; almost every attack writes noise into each channel on its own.
package struct ChromaResidual: ExcessDetector {
    /// What the catalogue prints.
    package static let descriptor = DetectorDescriptor(
        name: "chroma-residual", version: 1, family: .inputStatistics, tier: 0,
        summary: "Finds more fine structure in the differences of colour than clean images of that content have.",
        scoreMeaning:
            "Sum over 16 features of the excess over what is expected, in clean standard deviations; around 0 "
            + "for a clean image. No signal for grey images, below 12 pixels a side, and without a calibration.",
        source:
            "Residual filter: J. Fridrich, J. Kodovský, Rich Models for Steganalysis of Digital Images, IEEE TIFS 7, "
            + "2012, section II-A; steganalysis of adversarial images: J. Liu et al., Detection based Defense against "
            + "Adversarial Examples from the Steganalysis Point of View, CVPR 2019; regression on coarse content: ours",
        weaknesses: "Rests on colour having been stored at half the scale once: where all images carry noise in full "
            + "colour it finds little (docs/detectors.md). Blind to noise that is equal in all channels, and to an image "
            + "that was saved as JPEG after the attack.",
        findings: [], parameters: [], weight: 2)

    var score = ExcessScore(
        detector: descriptor.name,
        colour: ExcessPlan(
            groups: [1, 2].flatMap { scale in
                ["RG", "BG"].map { plane in
                    (
                        name: "\(scale == 1 ? "fine" : "half")-\(plane == "RG" ? "red-green" : "blue-green")",
                        targets: ResidualNames.fine(scale, plane)
                    )
                }
            },
            covariates: ["Y", "RG", "BG"].flatMap(ResidualNames.content) + ["s4.Y.sd", "s4.RG.sd", "s4.BG.sd"]
                + ResidualNames.saturation),
        grey: nil)

    /// Takes no parameters.
    package init(parameters: [String: ParameterValue]) throws(DetectorError) {
        _ = try Self.descriptor.check(parameters)
    }
}
