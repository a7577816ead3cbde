internal import AdversarialDetectors

/// Reads `gate` of a route.
struct GateDecoder {
    let detectors: [PlannedDetector]
    let uses: SignalUses
    let mistakes: MistakeList

    /// The gate; nil when the route has none or nothing can be made of it.
    func gate(_ node: PolicyNode?) -> TierGate? {
        guard let node, let reader = MappingReader(node, .gate, mistakes) else { return nil }
        if !detectors.contains(where: { $0.descriptor.tier > 0 }) {
            mistakes.add(
                reader.place, "gate: the route has no detector with model calls, so that there is nothing to gate")
        }
        let keys = PolicyTable.gate.keys.map(\.name)
        guard keys.contains(where: reader.has) else {
            mistakes.add(reader.place, "gate: must have one of \(keys.joined(separator: ", "))")
            return nil
        }
        let stakes = reader.texts("stakes")
        if reader.has("stakes"), stakes.isEmpty {
            mistakes.add(reader.place(of: "stakes"), "stakes: must list at least one label")
        }
        return TierGate(
            condition: reader.node("when").flatMap(condition), sample: reader.share("sample", mayBeAll: true) ?? 0,
            marginBelow: margin(reader), stakes: stakes)
    }

    private func margin(_ reader: MappingReader) -> Double? {
        guard let text = reader.text("margin_below") else { return nil }
        if let margin = Double(text), margin > 0, margin <= 1 { return margin }
        mistakes.add(
            reader.place(of: "margin_below"),
            "margin_below: must be a number above 0 and at most 1, not `\(text)`")
        return nil
    }

    /// The condition, which needs no answer.
    private func condition(_ node: PolicyNode) -> RuleCondition? {
        let own = SignalUses()
        let condition = ConditionDecoder(detectors: detectors.map(\.descriptor), uses: own, mistakes: mistakes)
            .condition(node)
        let asking = Set(detectors.filter { $0.descriptor.tier > 0 }.map(\.descriptor.name))
        for use in own.uses {
            guard let name = use.detector, asking.contains(name) else { continue }
            mistakes.add(use.place, "when: \(name) asks the model, which is what the gate is to decide")
        }
        if condition?.needsAnswer([]) == true {
            mistakes.add(node.place, "when: looks at the answer; use `margin_below` or `stakes` of the gate instead")
        }
        uses.add(own)
        return condition
    }
}
