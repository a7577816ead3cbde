internal import ImageDefenses
internal import PixelCore

/// Reads lists of defenses: short forms (`median(3)`) or mappings (`{use: median, window: 3}`).
struct PipelineDecoder {
    let mistakes: MistakeList

    /// The pipeline called `name`; steps that cannot be read are noted and left out.
    func pipeline(named name: String, _ node: PolicyNode) -> DefensePipeline {
        let members: [PolicyNode]
        switch node {
        case .list(let list, _): members = list
        case .scalar, .mapping: members = [node]
        }
        return DefensePipeline(name: name, steps: members.compactMap(step))
    }

    private func step(_ node: PolicyNode) -> (any Defense)? {
        do throws(DefenseError) {
            switch node {
            case .scalar(let text, _, _):
                return try DefenseCatalogue.parse(text)
            case .mapping:
                guard let reader = MappingReader(node, .detector, mistakes, allowsOthers: true),
                    let name = reader.text("use")
                else { return nil }
                if reader.others.contains(where: { $0.key == "region" }) {
                    mistakes.add(node.place, "region: a defense works on the whole image in this version")
                    return nil
                }
                return try DefenseCatalogue.make(
                    name: name, parameters: ParameterReader(mistakes: mistakes).parameters(reader.others))
            case .list(_, let place):
                mistakes.add(place, "a step must be a defense, not a list")
                return nil
            }
        } catch {
            mistakes.add(node.place, Self.message(error))
            return nil
        }
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
        case .cancelled, .shape, .codec:
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
