internal import ImageDefenses
internal import PixelCore

/// Reads lists of defenses: short forms (`median(3)`) or mappings (`{use: median, window: 3}`).
struct PipelineDecoder {
    let mistakes: MistakeList
    /// The boxes that a step may name.
    let regions: [RegionBox]

    /// The pipeline of `node`: a name from `pipelines`, a recommended one, or a list of its own that is called `name`.
    func pipeline(
        named name: String, _ node: PolicyNode, from pipelines: [String: DefensePipeline]
    ) -> DefensePipeline {
        guard case .scalar(let word, _, let place) = node else { return pipeline(named: name, node) }
        if let named = pipelines[word] { return named }
        if let proposed = RecommendedPipeline.all.first(where: { $0.name == word }), let made = try? proposed.pipeline()
        {
            return made
        }
        if !word.contains("("), !DefenseCatalogue.descriptors.contains(where: { $0.name == word }),
            let nearest = NearestName.nearest(
                to: word, in: pipelines.keys.sorted() + RecommendedPipeline.all.map(\.name))
        {
            mistakes.add(place, "pipeline: the route has no pipeline `\(word)`; did you mean `\(nearest)`?")
            return DefensePipeline(name: "none", steps: [])
        }
        return pipeline(named: name, node)
    }

    /// The pipeline called `name`; steps that cannot be read are noted and left out.
    func pipeline(named name: String, _ node: PolicyNode) -> DefensePipeline {
        let members: [PolicyNode]
        switch node {
        case .list(let list, _): members = list
        case .scalar, .mapping: members = [node]
        }
        return DefensePipeline(name: name, placed: members.compactMap(step))
    }

    private func step(_ node: PolicyNode) -> DefensePipeline.Step? {
        do throws(DefenseError) {
            switch node {
            case .scalar(let text, _, _):
                return DefensePipeline.Step(try DefenseCatalogue.parse(text))
            case .mapping:
                guard let reader = MappingReader(node, .detector, mistakes, allowsOthers: true),
                    let name = reader.text("use")
                else { return nil }
                let others = reader.others.filter { $0.key != "region" }
                let defense = try DefenseCatalogue.make(
                    name: name, parameters: ParameterReader(mistakes: mistakes).parameters(others))
                guard let given = reader.others.first(where: { $0.key == "region" }) else {
                    return DefensePipeline.Step(defense)
                }
                return region(given.value).map { box in DefensePipeline.Step(defense, in: box) }.flatMap { step in
                    guard step.descriptor.changesShape else { return step }
                    mistakes.add(node.place, "\(name): changes the size, so that it cannot be used in a region")
                    return nil
                }
            case .list(_, let place):
                mistakes.add(place, "a step must be a defense, not a list")
                return nil
            }
        } catch {
            mistakes.add(node.place, Self.message(error))
            return nil
        }
    }

    private func region(_ node: PolicyNode) -> RegionBox? {
        guard case .scalar(let name, _, let place) = node else {
            mistakes.add(node.place, "region: must be the name of a region")
            return nil
        }
        if let box = regions.first(where: { $0.name == name }) { return box }
        let hint =
            NearestName.nearest(to: name, in: regions.map(\.name)).map { "did you mean `\($0)`?" }
            ?? "name it under `regions` of the route"
        mistakes.add(place, "region: the route has no region `\(name)`; \(hint)")
        return nil
    }

    static func message(_ error: DefenseError) -> String {
        switch error {
        case .unknown(let name, let nearest):
            let hint = nearest.map { "did you mean `\($0)`?" } ?? "`portcullis catalogue` lists them"
            return "there is no defense `\(name)`; \(hint)"
        case .parameter(let defense, let name, let allowed):
            return "\(defense): \(name) must be \(allowed)"
        case .syntax(let text):
            return "a defense is written like median(3): \(text)"
        case .cancelled, .shape, .codec, .region:
            return "this defense cannot be made: \(error)"
        }
    }
}

/// Reads the parameters of a defense or detector.
struct ParameterReader {
    let mistakes: MistakeList

    /// Values by name; ranges are checked by whoever takes them.
    func parameters(_ entries: [PolicyNode.Entry]) -> [String: ParameterValue] {
        var values: [String: ParameterValue] = [:]
        for entry in entries {
            switch entry.value {
            case .scalar(let text, let isPlain, _):
                values[entry.key] = isPlain ? Self.plain(text) : .text(text)
            case .list(let members, _):
                var texts: [String] = []
                for member in members {
                    guard case .scalar(let text, _, _) = member else {
                        mistakes.add(member.place, "\(entry.key): must be a list of texts")
                        continue
                    }
                    texts.append(text)
                }
                values[entry.key] = .list(texts)
            case .mapping(_, let place):
                mistakes.add(place, "\(entry.key): must be a value or a list, not a mapping")
            }
        }
        return values
    }

    private static func plain(_ text: String) -> ParameterValue {
        if let whole = Int(text) { return .integer(whole) }
        if let real = Double(text), real.isFinite { return .real(real) }
        return .text(text)
    }
}
