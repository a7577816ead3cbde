internal import ImageCodecs
package import PixelCore
internal import PixelKernels

/// Scores how far pixels have moved since an earlier compression that they still show.
///
/// A compressed image that nobody touched stands on the lattice of its quantization steps; an image that was never
/// compressed shows neither lattice nor block grid. Both score about 0. Pixels that were changed after compression show
/// the one and miss the other.
package struct CompressionHistory: Detector {
    private static let exact = "exact-jpeg-history"
    private static let broken = "broken-jpeg-history"
    private static let shifted = "shifted-grid"
    private static let double = "double-compression"

    /// What the catalogue prints.
    package static let descriptor = DetectorDescriptor(
        name: "compression-history", version: 1, family: .container, tier: 0,
        summary: "Finds pixels that were changed after a JPEG compression whose traces they still show.",
        scoreMeaning:
            "About how far pixels moved since that compression, in levels, from 0; at most 4 where the block grid "
            + "is its only trace.",
        source: "Z. Fan, R. L. de Queiroz, Identification of Bitmap Compression History: JPEG Detection and Quantizer "
            + "Estimation, IEEE Transactions on Image Processing 12(2), 2003; double compression after A. C. Popescu, "
            + "H. Farid, Statistical Tools for Digital Forensics, Information Hiding 2004; where we differ is in "
            + "docs/detectors.md",
        weaknesses:
            "Blind to images that were never JPEG, to JPEGs coded in RGB or CMYK, and to images that were scaled, filtered strongly or compressed again as "
            + "coarsely since; to changes larger than half a step, unless the grid is strong; to changes that an attacker "
            + "rounds to the lattice (a few lines of code); to blocks with samples of 0 or 255; and, past 512×512 pixels, "
            + "to what lies between its samples. Overlays and retouching are changes too. Steps that are no IJG "
            + "quality's are found where few pixels changed, not elsewhere.",
        findings: [exact, broken, shifted, double], parameters: [])

    /// Takes no parameters.
    package init(parameters: [String: ParameterValue]) throws(DetectorError) {
        _ = try Self.descriptor.check(parameters)
    }

    /// The history of one image; never nil.
    package func inspect(_ subject: DetectorSubject) throws(DetectorError) -> Signal? {
        let shape = subject.image.shape
        let tiles = subject.image.withSamples { samples in
            TileSampling.places(of: shape).map {
                LumaTile(of: samples, shape: shape, columns: $0.columns, rows: $0.rows)
            }
        }
        let history = History(tiles, own: OwnCompression(subject.facts), isJPEG: subject.facts.format == .jpeg)
        return Signal(
            detector: Self.descriptor.name, score: history.score, findings: Self.findings(history),
            evidence: Self.evidence(history), stratum: ClaimedCompression.stratum(of: subject.facts),
            boxes: history.residue?.box.map { [$0] } ?? [])
    }

    private static func findings(_ history: History) -> [String] {
        var found: [String] = []
        if history.isExact { found.append(exact) }
        if history.isBroken { found.append(broken) }
        if history.isShifted { found.append(shifted) }
        if history.isDouble { found.append(double) }
        return found
    }

    private static func evidence(_ history: History) -> [Signal.Evidence] {
        let (x, y) = history.origin
        var evidence = [
            Signal.Evidence(name: "grid-strength", value: history.gridStrength),
            Signal.Evidence(name: "grid-columns", value: history.grid.columns.ratios[(x + 7) & 7]),
            Signal.Evidence(name: "grid-rows", value: history.grid.rows.ratios[(y + 7) & 7]),
            Signal.Evidence(name: "grid-x", value: Double(x)), Signal.Evidence(name: "grid-y", value: Double(y)),
            Signal.Evidence(name: "quality", value: Double(history.quality)),
        ]
        if let lattice = history.lattice {
            evidence.append(Signal.Evidence(name: "lattice-strength", value: lattice.strength))
        }
        if let residue = history.residue {
            evidence += [
                Signal.Evidence(name: "lattice-distance", value: residue.meanDistance),
                Signal.Evidence(name: "blocks", value: Double(residue.blocks)),
                Signal.Evidence(name: "changed-blocks", value: Double(residue.changedBlocks)),
            ]
        }
        return evidence
    }
}
