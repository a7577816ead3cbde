/// The parts of a `Content-Type` that decide how a body is opened.
struct MediaType {
    /// Lower case, without parameters.
    let essence: String
    /// The `boundary` parameter; nil without one.
    let boundary: String?
    /// True where there is nothing but `boundary` and `charset=utf-8`, each once, in a form that is read in one way.
    let isPlain: Bool

    /// Reads a field's value; nil stands for an absent field.
    init(_ value: String?) {
        let parts = (value ?? "").split(separator: ";", omittingEmptySubsequences: false).map { Self.trimmed($0) }
        essence = (parts.first ?? "").lowercased()
        var boundary: String?
        var isPlain = true
        var names: Set<String> = []
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = (pair.first ?? "").lowercased()
            guard pair.count == 2, names.insert(name).inserted else {
                isPlain = false
                continue
            }
            let value = Self.unquoted(String(pair[1]))
            switch name {
            case "boundary": boundary = value
            case "charset": isPlain = isPlain && ["utf-8", "utf8", "us-ascii"].contains(value.lowercased())
            default: isPlain = false
            }
        }
        self.boundary = boundary
        self.isPlain = isPlain
    }

    /// Servers that read one kind of multipart body as a form read others so as well.
    var isMultipart: Bool { essence.hasPrefix("multipart") }
    /// A form that is opened.
    var isForm: Bool { essence == "multipart/form-data" && isPlain }
    /// JSON by its name.
    var isJSON: Bool { essence.hasSuffix("/json") || essence.hasSuffix("+json") }
    /// A type under which servers read JSON, or take the body as it is; under others they may read a form of another kind.
    var mayBeJSON: Bool {
        isPlain && boundary == nil && (isJSON || ["", "text/plain", "application/octet-stream"].contains(essence))
    }

    /// Without blanks around it.
    static func trimmed(_ text: some StringProtocol) -> String {
        var text = text[...]
        while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
        while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
        return String(text)
    }

    /// Without quotation marks around it.
    static func unquoted(_ text: String) -> String {
        text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"") ? String(text.dropFirst().dropLast()) : text
    }
}
