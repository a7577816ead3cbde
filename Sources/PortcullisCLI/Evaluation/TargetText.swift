import RobustnessEvaluation

/// Reads what a figure is held to: `detected ALL>=0.985`.
enum TargetText {
    /// Row names and bounds.
    static func parse(_ texts: [String]) throws(CommandFailure) -> [String: ResultRow.Target] {
        var targets: [String: ResultRow.Target] = [:]
        for text in texts {
            guard let operation = text.firstRange(of: ">=") ?? text.firstRange(of: "<="),
                let value = Double(trim(text[operation.upperBound...])), value.isFinite
            else { throw .usage("--target must be NAME>=NUMBER or NAME<=NUMBER; \"\(text)\" is not") }
            let name = trim(text[..<operation.lowerBound])
            targets[name] = text[operation] == ">=" ? .atLeast(value) : .atMost(value)
        }
        return targets
    }

    private static func trim(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
