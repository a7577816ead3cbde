internal import PixelCore

/// A defense as one word in a policy: `median(3)`.
struct ShortForm: Hashable, Sendable {
    /// The part before the parenthesis.
    let name: String
    private let positional: [ParameterValue]
    private let named: [String: ParameterValue]

    /// Reads `name`, `name()` or `name(value, …, key=value, …)`; positional values come first.
    ///
    /// Throws `DefenseError.syntax` with the form and what is wrong with it.
    init(_ text: String) throws(DefenseError) {
        let trimmed = Self.trim(text[...])
        guard trimmed.unicodeScalars.count <= 200 else { throw .syntax("a short form has at most 200 characters") }
        guard let open = trimmed.firstIndex(of: "(") else {
            self.name = try Self.checkName(trimmed, in: text)
            self.positional = []
            self.named = [:]
            return
        }
        guard trimmed.last == ")" else { throw .syntax("\(text): a closing parenthesis is missing at the end") }
        self.name = try Self.checkName(Self.trim(trimmed[..<open]), in: text)
        let inside = Self.trim(trimmed[trimmed.index(after: open)...].dropLast())
        var positional: [ParameterValue] = []
        var named: [String: ParameterValue] = [:]
        let parts = inside.isEmpty ? [] : inside.split(separator: ",", omittingEmptySubsequences: false)
        for part in parts {
            guard let equals = part.firstIndex(of: "=") else {
                guard named.isEmpty else { throw .syntax("\(text): values without a name come first") }
                positional.append(try Self.value(part, in: text))
                continue
            }
            let key = try Self.checkName(Self.trim(part[..<equals]), in: text)
            guard named[key] == nil else { throw .syntax("\(text): \(key) is given twice") }
            named[key] = try Self.value(part[part.index(after: equals)...], in: text)
        }
        self.positional = positional
        self.named = named
    }

    /// The values by parameter name. Throws `.parameter` when there are more than `descriptor` has, or one twice.
    func parameters(of descriptor: DefenseDescriptor) throws(DefenseError) -> [String: ParameterValue] {
        let names = descriptor.parameters.map(\.name)
        guard positional.count <= names.count else {
            throw .parameter(
                defense: name, name: "\(positional.count) values",
                allowed: "at most \(names.count): " + names.joined(separator: ", "))
        }
        var result = named
        for (key, value) in zip(names, positional) {
            guard result.updateValue(value, forKey: key) == nil else { throw .syntax("\(name): \(key) is given twice") }
        }
        return result
    }

    /// The shortest form that means these checked `values`: trailing defaults dropped, but never the first value.
    static func text(of descriptor: DefenseDescriptor, values: [String: ParameterValue]) -> String {
        var kept = descriptor.parameters
        while kept.count > 1, let last = kept.last, values[last.name] == last.defaultValue { kept.removeLast() }
        let words = kept.compactMap { values[$0.name].map(Self.word) }
        return words.isEmpty ? descriptor.name : "\(descriptor.name)(\(words.joined(separator: ",")))"
    }

    private static func word(_ value: ParameterValue) -> String {
        switch value {
        case .integer(let number): "\(number)"
        case .real(let number): "\(number)"
        case .text(let word): word
        case .list(let words): words.joined(separator: " ")
        }
    }

    private static func value(_ part: Substring, in text: String) throws(DefenseError) -> ParameterValue {
        let word = trim(part)
        if let number = Int(word) { return .integer(number) }
        if let number = Double(word), number.isFinite { return .real(number) }
        guard !word.isEmpty, !word.contains(where: { "()=".contains($0) }) else {
            throw .syntax("\(text): a value is missing or malformed")
        }
        return .text(String(word))
    }

    private static func checkName(_ name: Substring, in text: String) throws(DefenseError) -> String {
        let isName =
            !name.isEmpty
            && name.unicodeScalars.allSatisfy { scalar in
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
                default: false
                }
            }
        guard isName else { throw .syntax("\(text): a name holds letters, digits, hyphens and underscores") }
        return String(name)
    }

    private static func trim(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }
}
