internal import ImageDefenses
internal import PixelCore

/// Reads `limits`.
struct LimitsDecoder {
    let mistakes: MistakeList

    /// What a request may cost; `extraCalls` is nil where the document leaves it to the detectors.
    func limits(_ node: PolicyNode?) -> (bodyBytes: Int, decode: DecodeLimits, extraCalls: Int?) {
        let empty = PolicyNode.mapping([], place: .init(line: 0, column: 0))
        let given = MappingReader(node ?? empty, .limits, mistakes)
        let reader = given ?? MappingReader(empty, .limits, mistakes)
        // A value that is out of range is a noted mistake, so that this plan never runs: 1 stands for it.
        func number(_ name: String) -> Int { reader?.integer(name) ?? 1 }
        let bodyBytes = number("body_bytes")
        let decode = DecodeLimits(
            encodedBytes: bodyBytes, width: number("width"), height: number("height"), pixels: number("pixels"),
            workingBytes: number("working_bytes"), progressiveScans: number("progressive_scans"),
            ancillaryBytes: number("ancillary_bytes"))
        return (bodyBytes, decode, reader?.integer("extra_calls"))
    }
}

/// Reads `scores`.
struct ScoresDecoder {
    let mistakes: MistakeList

    /// Where the scores are in the answer.
    func scores(_ node: PolicyNode?) -> ScoreLocation {
        guard let node else { return .automatic }
        if case .scalar(let text, _, let place) = node {
            switch text {
            case "auto": return .automatic
            case "none": return .absent
            default:
                mistakes.add(place, "scores: must be auto, none, {labels: pointer} or {array: pointer}, not `\(text)`")
                return .automatic
            }
        }
        guard let reader = MappingReader(node, .scores, mistakes) else { return .automatic }
        if reader.has("labels") == reader.has("array") {
            mistakes.add(reader.place, "scores: must have either `labels` or `array`")
            return .automatic
        }
        if reader.has("labels") {
            if reader.has("names") { mistakes.add(reader.place(of: "names"), "names: belongs to `array` alone") }
            return .labelMap(pointer: pointer("labels", reader))
        }
        return .array(pointer: pointer("array", reader), labels: reader.texts("names"))
    }

    private func pointer(_ name: String, _ reader: MappingReader) -> String {
        guard case .scalar(let text, _, let place)? = reader.node(name) else {
            mistakes.add(reader.place(of: name), "\(name): must be a JSON pointer such as /probabilities")
            return ""
        }
        var rest = text[...]
        var isSound = text.isEmpty || text.hasPrefix("/")
        while let tilde = rest.firstIndex(of: "~") {
            rest = rest[rest.index(after: tilde)...]
            if rest.first != "0" && rest.first != "1" { isSound = false }
        }
        if !isSound {
            mistakes.add(
                place,
                "\(name): must be a JSON pointer such as /probabilities (\"\" for the whole answer), not `\(text)`")
        }
        return text
    }
}

/// Reads `forward`.
struct ForwardDecoder {
    let mistakes: MistakeList
    let pipelines: [String: DefensePipeline]
    let regions: [RegionBox]
    /// What the regions' own pipelines do, after the route's.
    let regional: [DefensePipeline.Step]

    /// What the model gets.
    func forward(_ node: PolicyNode?) -> ForwardPlan {
        let empty = PolicyNode.mapping([], place: .init(line: 0, column: 0))
        let reader = MappingReader(node ?? empty, .forward, mistakes)
        let pixels = reader?.choice("pixels", ForwardPlan.Pixels.self) ?? .sanitized
        let forward = ForwardPlan(
            pixels: pixels, size: reader.flatMap(size),
            pipeline: (reader.map(pipeline) ?? Self.none).followed(by: regional),
            format: reader?.choice("format", ForwardPlan.Format.self) ?? .auto,
            maxBytes: reader?.integer("max_bytes") ?? 1)
        if pixels == .original, let reader {
            for name in ["size", "pipeline", "format"] where reader.has(name) {
                mistakes.add(
                    reader.place(of: name),
                    "\(name): cannot be used with `pixels: original`, which sends the client's own bytes")
            }
            for box in Set(regional.compactMap { $0.region?.name }).sorted() {
                mistakes.add(
                    reader.place,
                    "the pipeline of the region \(box) has no use with `pixels: original`, which sends the client's own bytes"
                )
            }
        }
        return forward
    }

    private static let none = DefensePipeline(name: "none", steps: [])

    private func size(_ reader: MappingReader) -> ForwardSize? {
        guard let node = reader.node("size"), let size = MappingReader(node, .size, mistakes),
            let width = size.integer("width"), let height = size.integer("height")
        else { return nil }
        return ForwardSize(width: width, height: height)
    }

    private func pipeline(_ reader: MappingReader) -> DefensePipeline {
        guard let node = reader.node("pipeline") else { return Self.none }
        return PipelineDecoder(mistakes: mistakes, regions: regions).pipeline(
            named: "forward", node, from: pipelines)
    }
}

/// Reads `regions`.
struct RegionDecoder {
    let mistakes: MistakeList

    /// What the boxes' own pipelines do, in the order of the document; `boxes` are what `boxes(_:)` gave.
    func steps(
        _ node: PolicyNode?, boxes: [RegionBox], pipelines: [String: DefensePipeline]
    ) -> [DefensePipeline.Step] {
        guard case .mapping(let entries, _)? = node else { return [] }
        var steps: [DefensePipeline.Step] = []
        for entry in entries {
            guard let box = boxes.first(where: { $0.name == entry.key }), case .mapping(let keys, _) = entry.value,
                let own = keys.first(where: { $0.key == "pipeline" })?.value
            else { continue }
            let pipeline = PipelineDecoder(mistakes: mistakes, regions: boxes).pipeline(
                named: entry.key, own, from: pipelines)
            for step in pipeline.steps {
                if step.region != nil {
                    mistakes.add(own.place, "pipeline: a step of the region \(entry.key) names a region of its own")
                } else if step.descriptor.changesShape {
                    mistakes.add(
                        own.place, "\(step.descriptor.name): changes the size, so that it cannot be used in a region")
                } else {
                    steps.append(DefensePipeline.Step(step.defense, in: box))
                }
            }
        }
        return steps
    }

    /// The boxes by name, in the order of the document.
    func boxes(_ node: PolicyNode?) -> [RegionBox] {
        guard let node else { return [] }
        guard case .mapping(let entries, _) = node else {
            mistakes.add(node.place, "regions: must map names to boxes")
            return []
        }
        return entries.compactMap { entry in
            guard let reader = MappingReader(entry.value, .box, mistakes) else { return nil }
            let sides = ["x", "y", "width", "height"].map { length($0, reader) }
            guard let x = sides[0], let y = sides[1], let width = sides[2], let height = sides[3] else { return nil }
            let anchor = reader.choice("anchor", RegionBox.Anchor.self) ?? .topLeft
            return RegionBox(name: entry.key, x: x, y: y, width: width, height: height, anchor: anchor)
        }
    }

    private func length(_ name: String, _ reader: MappingReader) -> RegionBox.Length? {
        guard let text = reader.text(name) else { return nil }
        let mayBeZero = name == "x" || name == "y"
        if let pixels = Int(text), pixels >= (mayBeZero ? 0 : 1), pixels <= 65_535 { return .pixels(pixels) }
        if text.contains("."), let fraction = Double(text), fraction >= 0, fraction <= 1, mayBeZero || fraction > 0 {
            return .fraction(fraction)
        }
        mistakes.add(
            reader.place(of: name), "\(name): must be pixels such as 120, or a fraction from 0.0 to 1.0, not `\(text)`")
        return nil
    }
}
