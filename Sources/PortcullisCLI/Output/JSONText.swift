/// A JSON value that keeps the order of its members, for output.
indirect enum JSONText: Sendable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    case null
    case flag(Bool)
    case integer(Int)
    /// Written as `null` when it is not finite.
    case number(Double)
    case text(String)
    case array([JSONText])
    case object([(String, JSONText)])

    /// Text.
    init(stringLiteral value: String) { self = .text(value) }

    /// An array.
    init(arrayLiteral elements: JSONText...) { self = .array(elements) }

    /// Text, or null.
    static func optional(_ value: String?) -> JSONText { value.map(JSONText.text) ?? .null }

    /// A number, or null.
    static func optional(_ value: Double?) -> JSONText { value.map(JSONText.number) ?? .null }

    /// A whole number, or null.
    static func optional(_ value: Int?) -> JSONText { value.map(JSONText.integer) ?? .null }

    /// An array of texts.
    static func list(_ values: [String]) -> JSONText { .array(values.map(JSONText.text)) }

    /// One line, without a newline.
    var line: String {
        var output = ""
        write(to: &output, indent: nil)
        return output
    }

    /// Several lines, two blanks a level.
    var pretty: String {
        var output = ""
        write(to: &output, indent: 0)
        return output
    }

    private func write(to output: inout String, indent: Int?) {
        switch self {
        case .null: output += "null"
        case .flag(let value): output += value ? "true" : "false"
        case .integer(let value): output += String(value)
        case .number(let value): output += value.isFinite ? Self.number(value) : "null"
        case .text(let value): Self.quote(value, into: &output)
        case .array(let values):
            Self.writeList("[", "]", values, indent: indent, into: &output) { value, inner, output in
                value.write(to: &output, indent: inner)
            }
        case .object(let members):
            Self.writeList("{", "}", members, indent: indent, into: &output) { member, inner, output in
                Self.quote(member.0, into: &output)
                output += inner == nil ? ":" : ": "
                member.1.write(to: &output, indent: inner)
            }
        }
    }

    private static func writeList<Element>(
        _ open: String, _ close: String, _ elements: [Element], indent: Int?, into output: inout String,
        _ writeElement: (Element, Int?, inout String) -> Void
    ) {
        output += open
        let inner = indent.map { $0 + 1 }
        for (position, element) in elements.enumerated() {
            if position > 0 { output += "," }
            if let inner { output += "\n" + String(repeating: "  ", count: inner) }
            writeElement(element, inner, &output)
        }
        if let indent, !elements.isEmpty { output += "\n" + String(repeating: "  ", count: indent) }
        output += close
    }

    /// The shortest digits that read back as `value`; whole numbers without a point.
    private static func number(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e15 { return String(Int(value)) }
        return "\(value)"
    }

    private static func quote(_ text: String, into output: inout String) {
        output += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            case "\u{0}"..."\u{1F}", "\u{7F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: output.unicodeScalars.append(scalar)
            }
        }
        output += "\""
    }
}
