import ImageDefenses

/// Several defenses in one argument: `median(3),jpeg(75)`.
enum PipelineText {
    /// The pipeline; commas inside parentheses belong to a defense.
    static func parse(_ text: String) throws(CommandFailure) -> DefensePipeline {
        var steps: [any Defense] = []
        for part in split(text) {
            do throws(DefenseError) {
                steps.append(try DefenseCatalogue.parse(part))
            } catch {
                throw .usage("--pipeline: \(reason(error))")
            }
        }
        guard !steps.isEmpty else { throw .usage("--pipeline names no defense; `portcullis catalogue` lists them") }
        return DefensePipeline(name: text, steps: steps)
    }

    /// The parts between commas that are in no parentheses, without blanks around them.
    static func split(_ text: String) -> [String] {
        var parts = [""]
        var depth = 0
        for character in text {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if character == ",", depth == 0 {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        return parts.map { $0.trimming() }.filter { !$0.isEmpty }
    }

    /// Words for what is wrong.
    static func reason(_ error: DefenseError) -> String {
        switch error {
        case .unknown(let name, let nearest):
            "there is no defense \"\(name)\"" + (nearest.map { "; did you mean \($0)?" } ?? "")
        case .parameter(let defense, let name, let allowed): "\(defense): \(name) must be \(allowed)"
        case .syntax(let detail): detail
        case .cancelled: "cancelled"
        case .shape(let defense, let width, let height):
            "\(defense) cannot treat an image of \(width) by \(height) pixels"
        case .codec(let defense): "\(defense): the codec inside failed"
        case .region(let name): "the region \(name) lies outside the image"
        }
    }
}

extension String {
    /// Without blanks at both ends.
    fileprivate func trimming() -> String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
