/// Looks through YAML text, before a parser does, for what would make a small text a large tree.
enum AnchorSearch {
    /// The first anchor or alias outside quotes and comments; nil when there is none.
    static func first(in text: String) -> PolicyNode.Place? {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if let column = first(inLine: Array(line.unicodeScalars)) {
                return PolicyNode.Place(line: index + 1, column: column + 1)
            }
        }
        return nil
    }

    /// Where brackets or indentation first pass `limit` levels; nil when they never do.
    static func tooDeep(in text: String, limit: Int) -> PolicyNode.Place? {
        var open = 0
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let scalars = Array(line.unicodeScalars)
            let lead = scalars.prefix { $0 == " " || $0 == "-" }
            if lead.filter({ $0 == "-" }).count > limit { return PolicyNode.Place(line: index + 1, column: 1) }
            for (column, scalar) in scalars.enumerated() {
                if scalar == "[" || scalar == "{" { open += 1 }
                if scalar == "]" || scalar == "}" { open = max(0, open - 1) }
                if open > limit { return PolicyNode.Place(line: index + 1, column: column + 1) }
            }
            if lead.count > 20 * limit { return PolicyNode.Place(line: index + 1, column: 1) }
        }
        return nil
    }

    private static func first(inLine line: [Unicode.Scalar]) -> Int? {
        var quote: Unicode.Scalar?
        var previous: Unicode.Scalar = " "
        for (index, scalar) in line.enumerated() {
            defer { previous = scalar }
            if let open = quote {
                if scalar == open { quote = nil }
                continue
            }
            let isAtStart = previous == " " || previous == "[" || previous == "{" || previous == ","
            if isAtStart, scalar == "\"" || scalar == "'" { quote = scalar }
            if isAtStart, scalar == "#" { return nil }
            if isAtStart, scalar == "&" || scalar == "*", line.count > index + 1, isName(line[index + 1]) {
                return index
            }
        }
        return nil
    }

    private static func isName(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_"
    }
}
