import AdmissionPolicy

/// Words for what is wrong with a policy or a configuration file.
enum PolicyText {
    /// `file:line:column`, as far as they are known.
    static func place(_ mistake: PolicyMistake, origin: String) -> String {
        if mistake.line == 0 { return origin }
        return mistake.column == 0 ? "\(origin):\(mistake.line)" : "\(origin):\(mistake.line):\(mistake.column)"
    }

    /// One line for each mistake.
    static func lines(_ mistakes: PolicyMistakes) -> [String] {
        mistakes.mistakes.map { "\(place($0, origin: mistakes.origin)): \($0.message)" }
    }
}
