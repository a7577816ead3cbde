import ImageCodecs

/// Words for why an image could not be read.
enum CodecText {
    /// One clause: `truncated PNG`, `the image has 90000 columns; at most 30000 are decoded`.
    static func reason(_ error: CodecError) -> String {
        switch error {
        case .malformed(let format, let detail): "malformed \(format?.rawValue.uppercased() ?? "image"): \(detail)"
        case .overLimit(let kind, let value, let limit):
            "over the limit of \(kind.rawValue.replacing("-", with: " ")): \(value), at most \(limit)"
        case .unsupported(let detected): "not a PNG or JPEG that is decoded here: \(detected)"
        case .cancelled: "cancelled"
        case .malfunction(let detail): "the decoder failed: \(detail)"
        }
    }
}
