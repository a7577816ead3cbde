/// Asks the guarded model about one encoded image. The proxy, `inspect` and `evaluate` each bring their own.
package protocol ClassifierProbe: Sendable {
    /// The model's whole answer to `question`.
    ///
    /// Cancelling the task abandons the call. Throws `ProbeError` and nothing else.
    func ask(_ question: ProbeQuestion) async throws(ProbeError) -> ProbeAnswer
}

/// One encoded image for the model.
package struct ProbeQuestion: Sendable {
    /// What this question is for.
    package enum Purpose: Hashable, Sendable {
        /// Its answer goes to the client: the request's own headers go along.
        case forwarded
        /// f(x) or a squeezed copy: `Portcullis-Copy: index/total`, no `Expect`, digests or signatures.
        case copy(index: Int, total: Int)
    }

    /// The encoded image.
    package let body: [UInt8]
    /// `image/png`, `image/jpeg`; nil to send the request's own content type (the client's own bytes).
    package let mediaType: String?
    /// What it is for.
    package let purpose: Purpose

    /// A question, each member named.
    package init(body: [UInt8], mediaType: String?, purpose: Purpose) {
        self.body = body
        self.mediaType = mediaType
        self.purpose = purpose
    }
}

/// The model's answer as it came, whatever its status.
package struct ProbeAnswer: Sendable {
    /// HTTP status.
    package let status: Int
    /// The reason phrase as it came, one scalar a byte; may be empty.
    package let reason: String
    /// End-to-end headers in order, names as they came.
    package let headers: [(name: String, value: String)]
    /// The whole body.
    package let body: [UInt8]

    /// An answer, each member named.
    package init(status: Int, reason: String = "", headers: [(name: String, value: String)], body: [UInt8]) {
        self.status = status
        self.reason = reason
        self.headers = headers
        self.body = body
    }

    /// True when the body is coded (`Content-Encoding`), so that it has to be decoded before it can be read.
    package var isCoded: Bool {
        headers.contains { $0.name.lowercased() == "content-encoding" && $0.value.lowercased() != "identity" }
    }

    /// True for 200...299.
    package var isSuccess: Bool { (200..<300).contains(status) }
}

/// Why there is no answer.
package enum ProbeError: Error, Hashable, Sendable {
    /// No connection could be made.
    case unreachable(detail: String)
    /// The connection broke, or what came is not HTTP.
    case broken(detail: String)
    /// No answer in time.
    case timedOut
    /// The answer is larger than the proxy holds.
    case answerTooLarge(limit: Int)
    /// The task was cancelled.
    case cancelled
    /// The call budget is used up; the model was not asked.
    case budgetExhausted
}
