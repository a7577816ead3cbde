package import PixelCore

/// Finds few strong pixels and patches: largest residuals and strongest windows beyond what the rest of the image lets expect.
///
/// Its box is the strongest window with all that are joined to it and at least half as strong.
package struct LocalResidual: ExcessDetector {
    /// What the catalogue prints.
    package static let descriptor = DetectorDescriptor(
        name: "local-residual", version: 1, family: .inputStatistics, tier: 0,
        summary: "Finds a few pixels or a window with far more residual than the rest of the image lets expect, and "
            + "says where.",
        scoreMeaning: "Sum over 10 features (5 of a grey image) of the excess over what is expected, in clean standard "
            + "deviations; around 0 for a clean image. No signal below 12 pixels a side and without a calibration.",
        source:
            "After the high-gradient blocks of M. Naseer et al., Local Gradients Smoothing, WACV 2019; energy of the "
            + "residual of J. Fridrich, J. Kodovský, Rich Models for Steganalysis of Digital Images, IEEE TIFS 7, 2012; "
            + "regression on the rest of the image: ours",
        weaknesses: "Blind to noise all over the image, and to a patch that is as smooth as the picture. Honest images "
            + "with one busy object in front of a smooth ground look alike.",
        findings: [], parameters: [])

    var score = ExcessScore(
        detector: descriptor.name, isLocal: true,
        colour: ExcessPlan(
            groups: [
                (name: "largest-red-green", targets: ResidualNames.largest("RG")),
                (name: "largest-blue-green", targets: ResidualNames.largest("BG")),
                (name: "windows-colour", targets: ["win.C.8", "win.C.4"]),
                (name: "windows-luma", targets: ["win.Y.8", "win.Y.4"]),
            ],
            covariates: ["Y", "RG", "BG"].flatMap(ResidualNames.content) + ResidualNames.saturation
                + ["RG", "BG"].flatMap { ["s1.\($0).k3.q50", "s1.\($0).k3.q90"] }),
        grey: ExcessPlan(
            groups: [
                (name: "largest-luma", targets: ResidualNames.largest("Y")),
                (name: "windows-luma", targets: ["win.Y.8", "win.Y.4"]),
            ],
            covariates: ResidualNames.content("Y") + ["s4.Y.sd"] + ResidualNames.saturation
                + ["s1.Y.k3.q50", "s1.Y.k3.q90"]))

    /// Takes no parameters.
    package init(parameters: [String: ParameterValue]) throws(DetectorError) {
        _ = try Self.descriptor.check(parameters)
    }
}
