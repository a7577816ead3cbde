internal import ImageCodecs
package import PixelCore

/// Counts what is wrong with the file around the pixels: a false type, hidden content, content that viewers show
/// differently, a thumbnail or a size that is another picture's.
///
/// The findings are always listed; what counts as the score is a parameter, because an ICC profile, 16 bits a sample or
/// tables of a camera's own are everyday things in photographs. A policy that cares about one finding names it in a rule.
package struct ContainerIntegrity: Detector {
    private static let mismatch = "declared-type-mismatch"
    private static let trailing = "trailing-bytes"
    private static let unknownTables = "unknown-quantization"
    private static let sizeMismatch = "exif-size-mismatch"
    private static let thumbnailMismatch = "thumbnail-mismatch"
    /// What the sniffer of the codecs can find inside a file.
    private static let embeddable = [
        "png", "jpeg", "gif", "webp", "tiff", "bmp", "pdf", "zip", "gzip", "html", "svg", "json", "php",
    ]

    /// What the catalogue prints.
    package static let descriptor = DetectorDescriptor(
        name: "container-integrity", version: 2, family: .container, tier: 0,
        summary: "Finds a declared type that is not the real one, hidden content, content that two viewers show "
            + "differently, and a thumbnail or size that is another picture's.",
        scoreMeaning: "Number of findings, from 0.",
        source:
            "Compared with RFC 9110 section 8.3, the PNG specification (third edition), ITU-T T.81 and CIPA DC-008; "
            + "the list of differences is docs/image-formats.md",
        weaknesses:
            "Says nothing about pixels: an attacker who sends a plain PNG has no findings, and one who strips or "
            + "remakes the metadata has none of its findings.",
        findings: [mismatch, trailing] + embeddable.map { "embedded-\($0)" }
            + ViewerDifference.allCases.map(\.rawValue) + [thumbnailMismatch, sizeMismatch, unknownTables],
        parameters: [
            ParameterDescriptor(
                name: "counted", kind: .choice(["all", "structure"]), defaultValue: .text("all"),
                summary: "Findings in the score: all, or structure alone (type, trailing bytes, embedded formats, "
                    + "several images, thumbnail); the others are listed all the same.")
        ])

    private let countsAll: Bool

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DetectorError) {
        countsAll = try Self.descriptor.check(parameters).text("counted") == "all"
    }

    /// The findings of one file; never nil.
    package func inspect(_ subject: DetectorSubject) throws(DetectorError) -> Signal? {
        let facts = subject.facts
        let differences = ViewerDifference.allCases.filter(facts.viewerDifferences.contains)
        let structure = Self.structure(subject)
        let distance = facts.thumbnail.flatMap { ThumbnailDistance.levels($0, from: subject.image) }
        let thumbnail = (distance ?? 0) > ThumbnailDistance.mismatch ? [Self.thumbnailMismatch] : []
        let claims = Self.claims(facts)
        let severalImages = differences.contains(.severalImages) ? 1 : 0
        let score =
            structure.count + thumbnail.count + (countsAll ? differences.count + claims.count : severalImages)
        return Signal(
            detector: Self.descriptor.name, score: Double(score),
            findings: structure + differences.map(\.rawValue) + thumbnail + claims,
            evidence: Self.evidence(facts, thumbnailDistance: distance))
    }

    private static func evidence(_ facts: ContainerFacts, thumbnailDistance: Double?) -> [Signal.Evidence] {
        var evidence = [
            Signal.Evidence(name: "trailing-bytes", value: Double(facts.trailingBytes)),
            Signal.Evidence(name: "frames", value: Double(facts.frames)),
        ]
        if let quantization = facts.quantization {
            evidence.append(Signal.Evidence(name: "nearest-quality", value: Double(quantization.nearestQuality)))
        }
        if let thumbnailDistance {
            evidence.append(Signal.Evidence(name: "thumbnail-distance", value: thumbnailDistance))
        }
        return evidence
    }

    /// What is false or hidden in the file's structure.
    private static func structure(_ subject: DetectorSubject) -> [String] {
        var found: [String] = []
        if let declared = subject.declaredType, !agrees(declared, with: subject.facts.format) { found.append(mismatch) }
        if subject.facts.trailingBytes > 0 { found.append(trailing) }
        var seen: Set<String> = []
        for format in subject.facts.embeddedFormats where seen.insert(format).inserted {
            found.append("embedded-\(format)")
        }
        return found
    }

    /// What the metadata claims that the image does not bear out, or that no standard encoder writes.
    private static func claims(_ facts: ContainerFacts) -> [String] {
        var found: [String] = []
        if let claimed = facts.exifSize, !isSize(claimed, facts.codedWidth, facts.codedHeight) {
            found.append(sizeMismatch)
        }
        if let quantization = facts.quantization, quantization.quality == nil { found.append(unknownTables) }
        return found
    }

    /// Whether the claim is of this size, or of the same turned by a quarter: programs that turn the pixels differ in
    /// whether they swap the tags.
    private static func isSize(_ claimed: PixelSize, _ width: Int, _ height: Int) -> Bool {
        claimed == PixelSize(width: width, height: height) || claimed == PixelSize(width: height, height: width)
    }

    /// True when `declared` names `format` or makes no claim about it.
    private static func agrees(_ declared: String, with format: ImageFormat) -> Bool {
        switch declared {
        case "", "application/octet-stream", "binary/octet-stream", "image/*", "*/*": true
        case "image/png", "image/x-png", "image/apng": format == .png
        case "image/jpeg", "image/jpg", "image/pjpeg": format == .jpeg
        default: false
        }
    }
}
