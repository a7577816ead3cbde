/// What is wrong with a message on the wire. Each case has one stable word for the audit record.
enum WireFault: String, Error, Hashable, Sendable, CaseIterable {
    // The start line.
    case requestLine = "request-line"
    case method
    case target
    case targetTooLong = "target-too-long"
    case version
    case statusLine = "status-line"
    // Header fields.
    case headTooLarge = "head-too-large"
    case tooManyFields = "too-many-fields"
    case fieldName = "field-name"
    case fieldValue = "field-value"
    case obsoleteFolding = "obs-fold"
    case bareLineFeed = "bare-line-feed"
    case host
    case connectionOption = "connection-option"
    // Framing.
    case contentLength = "content-length"
    case transferEncoding = "transfer-encoding"
    case conflictingFraming = "length-and-transfer-encoding"
    case chunk
    case trailer
    // A response that belongs to no question, or that ended early.
    case unsolicited
    case truncated
}

/// What bounds a message head.
struct WireLimits: Hashable, Sendable {
    /// Start line and header fields together, bytes.
    var headBytes: Int
    /// Header fields.
    var fields: Int
    /// Request target, bytes.
    var targetBytes: Int
}

/// How the end of a body is found.
enum BodyFraming: Hashable, Sendable {
    /// There is none.
    case none
    /// So many bytes, more than zero.
    case length(Int)
    /// Chunks until the empty one.
    case chunked
    /// Until the connection closes; responses only.
    case untilClose
}

/// A piece of a message, in order: a head, any number of body pieces, an end.
enum WireEvent {
    /// The head is complete; it is in the parser's `head`.
    case head
    /// Body bytes, never empty, without their framing.
    case body
    /// The message is complete.
    case end
}
