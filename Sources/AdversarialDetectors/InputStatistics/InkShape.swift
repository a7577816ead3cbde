package import PixelCore
internal import PixelKernels

/// Finds scans whose ink has single pixels sticking out or missing: what flipping pixels along strokes leaves behind.
///
/// Balkanski, Chase, Oshiba, Rilee, Singer, Wang, "Adversarial Attacks on Binary Image Recognition Systems", 2020, flip
/// pixels between ink and paper where the two meet, so that nothing lies apart. The score is the roughest place, so that a
/// few flips in one field of a page count as they would alone; the numbers of the whole image are evidence.
package struct InkShape: Detector {
    /// What the catalogue prints.
    package static let descriptor = DetectorDescriptor(
        name: "ink-shape", version: 1, family: .inputStatistics, tier: 0,
        summary: "Finds ink with single pixels added or missing along its outline.",
        scoreMeaning: "Bumps and dents of one pixel over √(contour + 8) in the roughest 16 by 16 pixels, from 0.",
        source: "For the attack: Balkanski et al.: Adversarial Attacks on Binary Image Recognition Systems, "
            + "arXiv:2010.11782, 2020; the statistics are ours; holes after Gray, IEEE Transactions on Computers 20, 1971",
        weaknesses: "Strokes two pixels wide and more that an attacker adds or removes whole; rough originals (small "
            + "type, digits of 28 pixels) hide flips; grey perturbations are not its business, and one grey sample "
            + "beside a flip hides it; more than 15 % of samples in mid-grey give no signal.",
        findings: [],
        parameters: [
            ParameterDescriptor(
                name: "least_share", kind: .real(0.5...1), defaultValue: .real(0.85),
                summary:
                    "Share of samples that must be near black (below 64) or white (from 192) for an image to be judged."
            )
        ])

    private let leastShare: Double

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DetectorError) {
        leastShare = try Self.descriptor.check(parameters).real("least_share")
    }

    /// How rough the outlines of ink are; nil for an image that is not ink on paper.
    package func inspect(_ subject: DetectorSubject) throws(DetectorError) -> Signal? {
        let shape = subject.image.shape
        guard let plane = PixelShape(width: shape.width, height: shape.height, channels: 1) else { return nil }
        return subject.image.withSamples { pixels in
            if shape.channels == 1 { return signal(pixels, plane) }
            return signal(InkLuma.plane(of: pixels, shape: shape).span, plane)
        }
    }

    private func signal(_ luma: Span<UInt8>, _ shape: PixelShape) -> Signal? {
        let levels = InkTones(luma)
        guard levels.extremeShare >= leastShare else { return nil }
        let shapes = InkShapes(luma, shape: shape, levels: levels)
        let side = 2 * InkShapes.cell
        let (x, y) = (shapes.roughest.x, shapes.roughest.y)
        let box = Region(x: x, y: y, width: min(side, shape.width - x), height: min(side, shape.height - y))
        let area = levels.inkShare * Double(levels.count)
        let contour = Double(shapes.contour)
        func number(_ name: String, _ value: Int) -> Signal.Evidence {
            Signal.Evidence(name: name, value: Double(value))
        }
        var evidence = [
            number("roughest.marks", shapes.roughest.marks), number("roughest.contour", shapes.roughest.contour),
            number("bumps", shapes.bumps), number("dents", shapes.dents), number("contour", shapes.contour),
            Signal.Evidence(name: "ink-share", value: levels.inkShare),
            Signal.Evidence(name: "contour-squared-per-area", value: area == 0 ? 0 : contour * contour / area),
        ]
        if let pieces = shapes.pieces {
            evidence += [
                number("components", pieces.components), number("specks", pieces.specks), number("holes", pieces.holes),
            ]
        }
        return Signal(
            detector: Self.descriptor.name, score: shapes.roughest.roughness, evidence: evidence,
            stratum: levels.isBitonal ? "bitonal" : "near-bitonal",
            boxes: shapes.roughest.marks == 0 ? [] : box.map { [$0] } ?? [])
    }
}
