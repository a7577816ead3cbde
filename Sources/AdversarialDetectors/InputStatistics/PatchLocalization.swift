package import PixelCore
internal import PixelKernels

/// Finds the square of an image in which far more is going on than elsewhere: where an adversarial patch may lie.
///
/// After Naseer, Khan, Porikli, "Local Gradients Smoothing: Defense against Localized Adversarial Attacks", WACV 2019,
/// section 3, which takes windows of high gradient density for patches. Where we differ: the gradients are mostly of colour
/// (`EnergyGrid`), six sizes of window are relative to the image, and the windows are scored and reported, not smoothed.
package struct PatchLocalization: Detector {
    /// Sides of the windows as shares of the short side.
    private static let shares = [0.15, 0.2, 0.25, 0.3, 0.375, 0.45]

    /// What the catalogue prints.
    package static let descriptor = DetectorDescriptor(
        name: "patch-localization", version: 1, family: .inputStatistics, tier: 0,
        summary: "Finds the square with far stronger edges, of colour above all, than the rest of the image.",
        scoreMeaning:
            "How far the square stands out: (edges inside - outside) · side / √(outside + 4), in levels, its side "
            + "as a share of the short side; from 0.",
        source:
            "After Naseer, Khan, Porikli: Local Gradients Smoothing, WACV 2019, section 3; weights and score are ours",
        weaknesses:
            "A patch no more colourful or sharp than its surroundings (Chiang et al., ICLR 2020 train through the "
            + "gradient test); lively objects on calm backgrounds score high without an attack; weak on grey images.",
        findings: [], parameters: [])

    /// Takes no parameters.
    package init(parameters: [String: ParameterValue]) throws(DetectorError) {
        _ = try Self.descriptor.check(parameters)
    }

    /// The strongest window; a score of 0 without a box for an image too small to have one.
    package func inspect(_ subject: DetectorSubject) throws(DetectorError) -> Signal? {
        let shape = subject.image.shape
        let windows = subject.image.withSamples { pixels in
            let grid = EnergyGrid(of: pixels, shape: shape)
            return Self.shares.compactMap { grid.strongestWindow(share: $0) }
        }
        let strongest = windows.max { $0.prominence < $1.prominence }
        let box = strongest.flatMap {
            $0.prominence > 0 ? Region(x: $0.x, y: $0.y, width: $0.width, height: $0.height) : nil
        }
        return Signal(
            detector: Self.descriptor.name, score: strongest.map { max(0, $0.prominence) } ?? 0,
            evidence: [
                Signal.Evidence(name: "inside", value: strongest?.inside ?? 0),
                Signal.Evidence(name: "outside", value: strongest?.outside ?? 0),
                Signal.Evidence(name: "side", value: strongest?.share ?? 0),
            ],
            stratum: shape.channels == 1 ? "grey" : "colour", boxes: box.map { [$0] } ?? [])
    }
}
