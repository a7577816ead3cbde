internal import ImageCodecs
package import PixelCore

/// Counts what is wrong with the file around the pixels: a false type, hidden content, content that viewers show
/// differently.
///
/// The findings are always listed; what counts as the score is a parameter, because an ICC profile or 16 bits a sample
/// are everyday things in photographs. A policy that cares about one finding names it in a rule.
package struct ContainerIntegrity: Detector {
    private static let mismatch = "declared-type-mismatch"
    private static let trailing = "trailing-bytes"
    /// What the sniffer of the codecs can find inside a file.
    private static let embeddable = [
        "png", "jpeg", "gif", "webp", "tiff", "bmp", "pdf", "zip", "gzip", "html", "svg", "json", "php",
    ]

    /// What the catalogue prints.
    package static let descriptor = DetectorDescriptor(
        name: "container-integrity", version: 1, family: .container, tier: 0,
        summary: "Finds a declared type that is not the real one, hidden content, and content that two viewers show "
            + "differently.",
        scoreMeaning: "Number of findings, from 0.",
        source: "Compared with RFC 9110 section 8.3, the PNG specification (third edition) and ITU-T T.81; the list of "
            + "differences is docs/image-formats.md",
        weaknesses: "Says nothing about pixels: an attacker who sends a plain PNG has no findings.",
        findings: [mismatch, trailing] + embeddable.map { "embedded-\($0)" }
            + ViewerDifference.allCases.map(\.rawValue),
        parameters: [
            ParameterDescriptor(
                name: "counted", kind: .choice(["all", "structure"]), defaultValue: .text("all"),
                summary: "Findings in the score: all, or structure alone (type, trailing bytes, embedded formats, "
                    + "several images); the others are listed all the same.")
        ])

    private let countsAll: Bool

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DetectorError) {
        countsAll = try Self.descriptor.check(parameters).text("counted") == "all"
    }

    /// The findings of one file; never nil.
    package func inspect(_ subject: DetectorSubject) throws(DetectorError) -> Signal? {
        let facts = subject.facts
        var structure: [String] = []
        if let declared = subject.declaredType, !Self.agrees(declared, with: facts.format) {
            structure.append(Self.mismatch)
        }
        if facts.trailingBytes > 0 { structure.append(Self.trailing) }
        var seen: Set<String> = []
        for format in facts.embeddedFormats where seen.insert(format).inserted {
            structure.append("embedded-\(format)")
        }
        let severalImages = facts.viewerDifferences.contains(.severalImages) ? 1 : 0
        let score =
            countsAll
            ? structure.count + Set(facts.viewerDifferences).count : structure.count + severalImages
        return Signal(
            detector: Self.descriptor.name, score: Double(score),
            findings: structure + ViewerDifference.allCases.filter(facts.viewerDifferences.contains).map(\.rawValue),
            evidence: [
                Signal.Evidence(name: "trailing-bytes", value: Double(facts.trailingBytes)),
                Signal.Evidence(name: "frames", value: Double(facts.frames)),
            ])
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
