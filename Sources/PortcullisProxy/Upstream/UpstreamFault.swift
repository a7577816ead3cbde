internal import GuardPipeline

/// Why the upstream gave no whole answer.
enum UpstreamFault: Error, Hashable, Sendable {
    /// No connection: refused, unreachable, name not found.
    case refused(detail: String)
    /// No connection in time.
    case connectTimeout
    /// As many connections as are allowed are open.
    case noConnectionLeft
    /// The connection closed before an answer began. `isUnsent` says that no byte of the question had left.
    case closedEarly(isUnsent: Bool)
    /// The connection closed in the middle of the answer.
    case truncated
    /// What came is not HTTP, or is framed in two ways.
    case malformed(WireFault)
    /// No answer, or no more of it, in time.
    case timeout
    /// The answer is larger than is held.
    case tooLarge(limit: Int)

    /// The error type of RFC 9209 for `Proxy-Status`.
    var proxyStatus: StaticString {
        switch self {
        case .refused: "connection_refused"
        case .connectTimeout: "connection_timeout"
        case .noConnectionLeft: "connection_limit_reached"
        case .closedEarly: "connection_terminated"
        case .truncated: "http_response_incomplete"
        case .malformed: "http_protocol_error"
        case .timeout: "http_response_timeout"
        case .tooLarge: "http_response_body_size"
        }
    }

    /// For metrics.
    var kind: UpstreamErrorKind {
        switch self {
        case .refused, .noConnectionLeft: .connect
        case .connectTimeout: .connectTimeout
        case .closedEarly, .truncated, .malformed: .broken
        case .timeout: .timeout
        case .tooLarge: .tooLarge
        }
    }

    /// For the audit record.
    var word: String {
        switch self {
        case .refused: "upstream-refused"
        case .connectTimeout: "upstream-connect-timeout"
        case .noConnectionLeft: "upstream-connections"
        case .closedEarly: "upstream-closed"
        case .truncated: "upstream-truncated"
        case .malformed(let fault): "upstream-malformed-\(fault.rawValue)"
        case .timeout: "upstream-timeout"
        case .tooLarge: "upstream-answer-too-large"
        }
    }

    /// The same for the guard's stages.
    var probeError: ProbeError {
        switch self {
        case .refused(let detail): .unreachable(detail: detail)
        case .connectTimeout: .unreachable(detail: "connect timeout")
        case .noConnectionLeft: .unreachable(detail: "connection limit")
        case .closedEarly: .broken(detail: "closed before an answer")
        case .truncated: .broken(detail: "answer cut short")
        case .malformed(let fault): .broken(detail: fault.rawValue)
        case .timeout: .timedOut
        case .tooLarge(let limit): .answerTooLarge(limit: limit)
        }
    }
}
