/// What the client sends.
struct WebRequest: Sendable {
    /// Upper case.
    var method: String
    /// Path and query; begins with a slash.
    var target: String
    /// Besides `Host`, `Content-Length` and `User-Agent`, which the client sets.
    var headers: [(name: String, value: String)] = []
    /// The whole body.
    var body: [UInt8] = []

    /// A request without a body.
    static func get(_ target: String) -> WebRequest {
        WebRequest(method: "GET", target: target)
    }

    /// A request with a body of `type`.
    static func post(_ target: String, _ body: [UInt8], type: String) -> WebRequest {
        WebRequest(method: "POST", target: target, headers: [("Content-Type", type)], body: body)
    }
}

/// What came back, whatever its status.
struct WebReply: Sendable {
    /// HTTP status.
    var status: Int
    /// In order, names as they came.
    var headers: [(name: String, value: String)]
    /// The whole body.
    var body: [UInt8]

    /// The first header called `name`, in any case; nil when there is none.
    subscript(header name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// Why nothing came back.
enum WebClientError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No connection could be made.
    case unreachable(address: String, detail: String)
    /// The connection broke, or what came is not HTTP.
    case broken(address: String, detail: String)
    /// Nothing came in time.
    case timedOut(address: String, seconds: Double)
    /// More came than is held.
    case tooLarge(address: String, limit: Int)
    /// The task was cancelled.
    case cancelled

    /// What happened, for people.
    var description: String {
        switch self {
        case .unreachable(let address, let detail): "cannot connect to \(address): \(detail)"
        case .broken(let address, let detail): "the connection to \(address) broke: \(detail)"
        case .timedOut(let address, let seconds): "\(address) did not answer within \(seconds) s"
        case .tooLarge(let address, let limit): "\(address) answered with more than \(limit) bytes"
        case .cancelled: "cancelled"
        }
    }
}
