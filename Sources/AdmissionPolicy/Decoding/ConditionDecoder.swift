internal import AdversarialDetectors
internal import ImageCodecs
internal import PixelCore

/// Reads the `when` of a rule.
struct ConditionDecoder {
    let detectors: [DetectorDescriptor]
    /// Gets what conditions look at.
    let uses: SignalUses
    let mistakes: MistakeList

    /// The forms that a condition has, each by the key that tells it.
    private static let forms = [
        "all", "any", "not", "detector", "combined", "format", "pixels_above", "label", "confidence_below",
    ]

    /// The condition; nil, with mistakes noted, when it cannot be read.
    func condition(_ node: PolicyNode) -> RuleCondition? {
        if case .scalar(let text, _, let place) = node {
            if text == "always" { return .always }
            mistakes.add(place, "a condition must be a mapping or the word always, not `\(text)`")
            return nil
        }
        guard let reader = MappingReader(node, .condition, mistakes) else { return nil }
        let given = Self.forms.filter(reader.has)
        guard given.count == 1, let form = given.first else {
            let list = Self.forms.joined(separator: ", ")
            mistakes.add(
                reader.place,
                given.isEmpty
                    ? "a condition must have one of \(list)"
                    : "a condition has one of \(list), not \(given.joined(separator: " and "))")
            return nil
        }
        if form != "detector" {
            for stray in ["above", "finding"] where reader.has(stray) {
                mistakes.add(reader.place(of: stray), "\(stray): needs `detector` beside it")
            }
        }
        return read(form, reader)
    }

    private func read(_ form: String, _ reader: MappingReader) -> RuleCondition? {
        switch form {
        case "all": return list("all", reader).map { .all($0) }
        case "any": return list("any", reader).map { .any($0) }
        case "not": return reader.node("not").flatMap(condition).map { .not($0) }
        case "detector": return detector(reader)
        case "combined": return combined(reader)
        case "format": return reader.choice("format", ImageFormat.self).map { .format($0) }
        case "pixels_above": return reader.integer("pixels_above").map { .pixelsAbove($0) }
        case "label": return .answerLabel(reader.texts("label"))
        default: return number("confidence_below", reader, 0...1).map { .confidenceBelow($0) }
        }
    }

    private func list(_ name: String, _ reader: MappingReader) -> [RuleCondition]? {
        let members = reader.members(name)
        let conditions = members.compactMap(condition)
        guard !members.isEmpty else {
            mistakes.add(reader.place(of: name), "\(name): must list at least one condition")
            return nil
        }
        return conditions.count == members.count ? conditions : nil
    }

    private func detector(_ reader: MappingReader) -> RuleCondition? {
        guard let name = reader.text("detector") else { return nil }
        guard let descriptor = detectors.first(where: { $0.name == name }) else {
            mistakes.add(reader.place(of: "detector"), unlisted(name))
            return nil
        }
        switch (reader.node("above"), reader.text("finding")) {
        case (let above?, nil):
            return threshold(above, of: name, at: reader.place(of: "detector"))
        case (nil, let word?):
            guard descriptor.findings.contains(word) else {
                let known =
                    descriptor.findings.isEmpty ? "it reports none" : MappingReader.mustBe(word, descriptor.findings)
                mistakes.add(reader.place(of: "finding"), "finding: \(name) never reports `\(word)`; \(known)")
                return nil
            }
            note(reader.place(of: "detector"), name)
            return .finding(detector: name, word: word)
        case (nil, nil), (.some, .some):
            mistakes.add(reader.place, "a condition on \(name) has either `above` or `finding`")
            return nil
        }
    }

    private func unlisted(_ name: String) -> String {
        if detectors.isEmpty { return "detector: the route lists no detectors, so that no rule can ask for \(name)" }
        let listed = detectors.map(\.name)
        let nearest = NearestName.nearest(to: name, in: listed).map { "did you mean `\($0)`?" }
        return "detector: the route does not list \(name); \(nearest ?? "it lists \(listed.joined(separator: ", "))")"
    }

    /// `{raw: number}` or `{rate: share}`.
    private func threshold(_ node: PolicyNode, of name: String, at place: PolicyNode.Place) -> RuleCondition? {
        guard let reader = MappingReader(node, .threshold, mistakes) else { return nil }
        guard reader.has("raw") != reader.has("rate") else {
            mistakes.add(reader.place, "a threshold is either {raw: number} or {rate: share}")
            return nil
        }
        if reader.has("raw") {
            note(place, name)
            return number("raw", reader, -1e9...1e9).map { .scoreAbove(detector: name, threshold: $0) }
        }
        return rate(reader, of: name).map { .rateAtMost(detector: name, rate: $0) }
    }

    private func combined(_ reader: MappingReader) -> RuleCondition? {
        guard let node = reader.node("combined"), let reader = MappingReader(node, .combined, mistakes) else {
            return nil
        }
        return rate(reader, of: nil).map { .combinedAtMost(rate: $0) }
    }

    private func rate(_ reader: MappingReader, of name: String?) -> Double? {
        guard let rate = reader.share("rate") else { return nil }
        note(reader.place(of: "rate"), name, rate: rate, rateText: reader.text("rate") ?? "")
        return rate
    }

    private func note(_ place: PolicyNode.Place, _ name: String?, rate: Double? = nil, rateText: String = "") {
        uses.add(SignalUses.Use(place: place, detector: name, rate: rate, rateText: rateText))
    }

    private func number(_ name: String, _ reader: MappingReader, _ range: ClosedRange<Double>) -> Double? {
        guard let text = reader.text(name) else { return nil }
        guard let value = Double(text), value.isFinite, range.contains(value) else {
            mistakes.add(reader.place(of: name), "\(name): must be a number, not `\(text)`")
            return nil
        }
        return value
    }
}
