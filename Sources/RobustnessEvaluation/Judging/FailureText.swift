package import GuardPipeline
internal import ImageCodecs

/// Words for why an image was not judged.
package enum FailureText {
    /// One clause.
    package static func reason(_ failure: GuardFailure) -> String {
        switch failure {
        case .undecodable(let error): reason(error)
        case .model(let error): reason(error)
        case .malfunction(let detail): "a malfunction: \(detail)"
        case .deadline: "it took too long"
        case .cancelled: "cancelled"
        }
    }

    /// A check that was due and did not happen, by its cause in the record.
    package static func degraded(_ cause: String) -> String { degradedTexts[cause] ?? cause }

    /// True for what `degraded` says of any cause.
    static func tellsDegraded(_ text: String) -> Bool { degradedTexts.values.contains(text) }

    private static let degradedTexts = [
        "copy-timeout": "a copy got no answer in time",
        "copy-failed": "a copy got no answer",
        "call-budget": "the call budget did not suffice",
        "detector-failed": "a detector failed",
        "scores-missing": "the answer holds no scores",
    ]

    private static func reason(_ error: CodecError) -> String {
        switch error {
        case .malformed(let format, let detail):
            "does not decode: malformed \(format?.rawValue.uppercased() ?? "image"): \(detail)"
        case .overLimit(let kind, let value, let limit):
            "does not decode: \(kind.rawValue.replacing("-", with: " ")) of \(value), at most \(limit)"
        case .unsupported(let detected): "does not decode: not a PNG or JPEG that is decoded here: \(detected)"
        case .cancelled: "cancelled"
        case .malfunction(let detail): "the decoder failed: \(detail)"
        }
    }

    private static func reason(_ error: ProbeError) -> String {
        switch error {
        case .unreachable(let detail): "the model cannot be reached: \(detail)"
        case .broken(let detail): "the connection to the model broke: \(detail)"
        case .timedOut: "the model did not answer in time"
        case .answerTooLarge(let limit): "the model's answer has more than \(limit) bytes"
        case .cancelled: "cancelled"
        case .budgetExhausted: "the call budget is used up"
        }
    }
}
