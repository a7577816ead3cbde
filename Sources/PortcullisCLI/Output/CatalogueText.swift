import AdversarialDetectors
import ImageDefenses
import PixelCore

/// The catalogue of defenses and detectors as text, Markdown and JSON.
enum CatalogueText {
    /// For a terminal.
    static func plain(defenses: [DefenseDescriptor], detectors: [DetectorDescriptor]) -> String {
        var lines = ["Defenses (they change an image)", ""]
        for defense in defenses {
            lines.append("\(defense.name)  [\(defense.family.rawValue)\(defense.isRandomized ? ", randomized" : "")]")
            lines += entry(
                defense.summary, defense.parameters, cost: cost(defense), source: defense.source,
                weaknesses: defense.weaknesses)
        }
        lines += ["Detectors (they score an image)", ""]
        for detector in detectors {
            lines.append(
                "\(detector.name)  [\(detector.family.rawValue), tier \(detector.tier), version \(detector.version)]")
            lines.append("  \(detector.summary)")
            lines.append("  score: \(detector.scoreMeaning)")
            if !detector.findings.isEmpty { lines.append("  findings: \(detector.findings.joined(separator: ", "))") }
            lines += entry(
                nil, detector.parameters, cost: nil, source: detector.source, weaknesses: detector.weaknesses)
        }
        return lines.dropLast().joined(separator: "\n")
    }

    private static func entry(
        _ summary: String?, _ parameters: [ParameterDescriptor], cost: String?, source: String, weaknesses: String
    ) -> [String] {
        var lines = summary.map { ["  \($0)"] } ?? []
        for parameter in parameters {
            lines.append(
                "  \(parameter.name) = \(text(parameter.defaultValue))  \(parameter.summary) (\(parameter.kind.allowed))"
            )
        }
        if let cost {
            lines.append("  cost: \(cost) per megapixel in colour, one thread (docs/results/defense-cost.md)")
        }
        return lines + ["  source: \(source)", "  weak against: \(weaknesses)", ""]
    }

    /// Milliseconds for a megapixel, as measured; nil where nothing was.
    private static func cost(_ defense: DefenseDescriptor) -> String? {
        MeasuredCosts.nanosecondsPerPixel[defense.name].map { "\($0) ms" }
    }

    /// For docs.
    static func markdown(defenses: [DefenseDescriptor], detectors: [DetectorDescriptor]) -> String {
        var table = TextTable([
            "defense", "family", "what it does", "parameters", "cost per megapixel", "source", "known to be broken by",
        ])
        for defense in defenses {
            table.add([
                "`\(defense.name)`", defense.family.rawValue + (defense.isRandomized ? ", randomized" : ""),
                defense.summary, parameters(defense.parameters), cost(defense) ?? "", defense.source,
                defense.weaknesses,
            ])
        }
        var second = TextTable([
            "detector", "family", "tier", "what it finds", "score", "findings", "parameters", "source",
            "known to be defeated by",
        ])
        for detector in detectors {
            second.add([
                "`\(detector.name)`", detector.family.rawValue, String(detector.tier), detector.summary,
                detector.scoreMeaning, detector.findings.map { "`\($0)`" }.joined(separator: " "),
                parameters(detector.parameters), detector.source, detector.weaknesses,
            ])
        }
        return (["## Defenses", ""] + table.markdown() + ["", "## Detectors", ""] + second.markdown())
            .joined(separator: "\n")
    }

    private static func parameters(_ parameters: [ParameterDescriptor]) -> String {
        parameters.map { "`\($0.name)` = \(text($0.defaultValue)): \($0.summary)" }.joined(separator: "; ")
    }

    /// For programs.
    static func json(_ defense: DefenseDescriptor) -> JSONText {
        .object([
            ("name", .text(defense.name)), ("family", .text(defense.family.rawValue)),
            ("summary", .text(defense.summary)), ("randomized", .flag(defense.isRandomized)),
            ("changes_shape", .flag(defense.changesShape)),
            ("nanoseconds_per_pixel", .optional(MeasuredCosts.nanosecondsPerPixel[defense.name])),
            ("parameters", .array(defense.parameters.map(json))),
            ("source", .text(defense.source)), ("weaknesses", .text(defense.weaknesses)),
        ])
    }

    /// For programs.
    static func json(_ detector: DetectorDescriptor) -> JSONText {
        .object([
            ("name", .text(detector.name)), ("version", .integer(detector.version)),
            ("family", .text(detector.family.rawValue)), ("tier", .integer(detector.tier)),
            ("summary", .text(detector.summary)), ("score", .text(detector.scoreMeaning)),
            ("findings", .list(detector.findings)), ("parameters", .array(detector.parameters.map(json))),
            ("source", .text(detector.source)), ("weaknesses", .text(detector.weaknesses)),
        ])
    }

    private static func json(_ parameter: ParameterDescriptor) -> JSONText {
        .object([
            ("name", .text(parameter.name)), ("default", json(parameter.defaultValue)),
            ("allowed", .text(parameter.kind.allowed)), ("summary", .text(parameter.summary)),
        ])
    }

    /// A parameter's value for programs.
    static func json(_ value: ParameterValue) -> JSONText {
        switch value {
        case .integer(let number): .integer(number)
        case .real(let number): .number(number)
        case .text(let word): .text(word)
        case .list(let words): .list(words)
        }
    }

    /// A parameter's value for people.
    static func text(_ value: ParameterValue) -> String {
        switch value {
        case .integer(let number): String(number)
        case .real(let number): String(number)
        case .text(let word): word
        case .list(let words): "[" + words.joined(separator: ", ") + "]"
        }
    }
}
