internal import AdversarialDetectors
package import PixelCore

/// Parameter values as text, for calibration files: equal values give equal text, whichever way a policy writes them.
package enum ParameterText {
    /// `3`, `0.5` (the shortest digits that give the same number), a word, or the members of a list joined by `; `.
    package static func text(_ value: ParameterValue) -> String {
        switch value {
        case .integer(let number): String(number)
        case .real(let number): number.description
        case .text(let word): word
        case .list(let words): words.joined(separator: "; ")
        }
    }
}

extension PlannedDetector {
    /// Every parameter as text, by name, defaults filled in. `1` and `1.0` are one value where a real number is meant,
    /// and so are a single word and a list of it.
    package var parameterTexts: [String: String] {
        let accepted = (try? ParameterSet(parameters, against: descriptor.parameters))?.values ?? parameters
        return accepted.mapValues(ParameterText.text)
    }
}

extension ScoreLocation {
    /// How calibration files say it: `auto`, `none`, `labels /probabilities`, `array /outputs names 0, 1`.
    package var text: String {
        switch self {
        case .automatic: "auto"
        case .absent: "none"
        case .labelMap(let pointer): "labels \(pointer)"
        case .array(let pointer, let labels):
            labels.isEmpty ? "array \(pointer)" : "array \(pointer) names \(labels.joined(separator: ", "))"
        }
    }
}
