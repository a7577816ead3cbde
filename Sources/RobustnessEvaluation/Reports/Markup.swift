/// HTML and SVG under construction. Names of elements and attributes are literals; everything else is escaped, so that no
/// file name, label or detector can become markup.
struct Markup {
    /// What has been written.
    private(set) var text = ""

    /// Attributes in their order.
    typealias Attributes = KeyValuePairs<StaticString, String>

    /// Appends an element that holds text.
    mutating func element(_ name: StaticString, _ content: String) {
        element(name, [:], content)
    }

    /// Appends an element with attributes that holds text.
    mutating func element(_ name: StaticString, _ attributes: Attributes, _ content: String) {
        open(name, attributes)
        write(content)
        close(name)
    }

    /// Appends an element that holds what `body` appends.
    mutating func element(
        _ name: StaticString, _ attributes: Attributes = [:], body: (inout Markup) throws -> Void
    ) rethrows {
        open(name, attributes)
        try body(&self)
        close(name)
    }

    /// Appends an element that holds nothing.
    mutating func void(_ name: StaticString, _ attributes: Attributes = [:]) {
        tag(name, attributes)
        text += "/>\n"
    }

    /// Appends text, escaped.
    mutating func write(_ content: String) {
        text += Self.escaped(content)
    }

    /// Appends a style sheet or a document type: literal text alone.
    mutating func literal(_ content: StaticString) {
        text += content.description
    }

    /// Appends what another builder made.
    mutating func append(_ other: Markup) {
        text += other.text
    }

    private mutating func tag(_ name: StaticString, _ attributes: Attributes) {
        text += "<\(name)"
        for (key, value) in attributes { text += " \(key)=\"\(Self.escaped(value))\"" }
    }

    private mutating func open(_ name: StaticString, _ attributes: Attributes) {
        tag(name, attributes)
        text += ">"
    }

    private mutating func close(_ name: StaticString) {
        text += "</\(name)>\n"
    }

    /// `content` without power: markup characters as references; control characters, and those that turn the direction
    /// of text or cannot be seen, as `U+202E` in brackets, so that a name reads as what it is.
    static func escaped(_ content: String) -> String {
        var result = ""
        for scalar in content.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default:
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
                    let digits = String(scalar.value, radix: 16, uppercase: true)
                    result += "[U+\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)]"
                default: result.unicodeScalars.append(scalar)
                }
            }
        }
        return result
    }
}
