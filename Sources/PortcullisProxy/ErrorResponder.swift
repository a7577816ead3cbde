internal import AuditTrail
internal import NIOCore

/// What a client is told when it gets no answer of the model's: a status, a public phrase, a stable code.
///
/// Every member is fixed text. No score, detector, threshold or rule is among them: they would be an oracle.
enum Problem: CaseIterable, Hashable, Sendable {
    // The request.
    case malformed, framing, badTarget, badHost, upgrade, bodyOnRead
    case tooSlow
    case noRoute, methodRefused
    case targetTooLong, headTooLarge, version, expectation
    case bodyTooLarge, imageTooLarge, encodedBody, notAnImage, badImage, uninspectable
    // The policy.
    case rejected
    // Portcullis and the upstream.
    case malfunction, overloaded, auditUnavailable
    case upstreamUnreachable, upstreamBroken, upstreamTimeout, deadline

    /// The HTTP status.
    var status: Int {
        switch self {
        case .malformed, .framing, .badTarget, .badHost, .upgrade, .bodyOnRead: 400
        case .rejected: 403
        case .noRoute: 404
        case .methodRefused: 405
        case .tooSlow: 408
        case .bodyTooLarge, .imageTooLarge: 413
        case .targetTooLong: 414
        case .encodedBody, .notAnImage: 415
        case .expectation: 417
        case .badImage, .uninspectable: 422
        case .headTooLarge: 431
        case .malfunction: 500
        case .upstreamUnreachable, .upstreamBroken: 502
        case .overloaded, .auditUnavailable: 503
        case .upstreamTimeout, .deadline: 504
        case .version: 505
        }
    }

    /// Stable, documented, never renumbered.
    var code: StaticString {
        switch self {
        case .malformed: "PC-REQ-001"
        case .framing: "PC-REQ-002"
        case .badTarget: "PC-REQ-003"
        case .badHost: "PC-REQ-004"
        case .upgrade: "PC-REQ-005"
        case .version: "PC-REQ-006"
        case .expectation: "PC-REQ-007"
        case .bodyOnRead: "PC-REQ-008"
        case .rejected: "PC-ADV-001"
        case .noRoute: "PC-ROUTE-001"
        case .methodRefused: "PC-ROUTE-002"
        case .tooSlow: "PC-TIME-001"
        case .deadline: "PC-TIME-002"
        case .bodyTooLarge: "PC-SIZE-001"
        case .targetTooLong: "PC-SIZE-002"
        case .headTooLarge: "PC-SIZE-003"
        case .encodedBody: "PC-TYPE-001"
        case .notAnImage: "PC-TYPE-002"
        case .uninspectable: "PC-TYPE-003"
        case .badImage: "PC-IMG-001"
        case .imageTooLarge: "PC-IMG-002"
        case .malfunction: "PC-INT-001"
        case .auditUnavailable: "PC-INT-002"
        case .overloaded: "PC-UP-001"
        case .upstreamUnreachable: "PC-UP-002"
        case .upstreamBroken: "PC-UP-003"
        case .upstreamTimeout: "PC-UP-004"
        }
    }

    /// The public phrase.
    var title: StaticString {
        switch self {
        case .malformed: "The request is not well-formed HTTP"
        case .framing: "The length of the request body is ambiguous"
        case .badTarget: "The request target is not acceptable"
        case .badHost: "The Host header is missing or not acceptable"
        case .upgrade: "Protocol upgrades are not served"
        case .version: "Only HTTP/1.0 and HTTP/1.1 are served"
        case .expectation: "The expectation cannot be met"
        case .bodyOnRead: "A request with this method may not have a body"
        case .rejected: "Input rejected by policy"
        case .noRoute: "Nothing is served here"
        case .methodRefused: "This method is not served"
        case .tooSlow: "The request came too slowly"
        case .deadline: "The request took too long"
        case .bodyTooLarge: "The request body is too large"
        case .targetTooLong: "The request target is too long"
        case .headTooLarge: "The request header fields are too large"
        case .encodedBody: "The request body must come without a content coding (identity)"
        case .notAnImage: "The request body is not a PNG or JPEG image"
        case .badImage: "The image cannot be decoded"
        case .uninspectable: "The request body cannot be inspected as a whole"
        case .imageTooLarge: "The image is too large"
        case .malfunction: "The request could not be processed"
        case .auditUnavailable: "The request cannot be recorded"
        case .overloaded: "Too many requests are being processed"
        case .upstreamUnreachable: "The upstream cannot be reached"
        case .upstreamBroken: "The upstream gave no usable answer"
        case .upstreamTimeout: "The upstream did not answer in time"
        }
    }

    /// Header fields that the status calls for, each with its CRLF.
    var fields: StaticString {
        switch self {
        case .methodRefused: "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n"
        case .encodedBody: "Accept-Encoding: identity\r\n"
        case .notAnImage: "Accept: image/png, image/jpeg\r\nAccept-Post: image/png, image/jpeg\r\n"
        case .overloaded, .auditUnavailable: "Retry-After: 1\r\n"
        default: ""
        }
    }
}

/// Turns refusals and failures into HTTP (RFC 9457); the only place that does.
enum ErrorResponder {
    /// Appends a whole response: head and body. `isHead` leaves the body out but declares its length.
    static func write(
        _ problem: Problem, id: AuditID, proxyStatus: StaticString?, verdict: StaticString?, closes: Bool,
        isHead: Bool, to buffer: inout ByteBuffer
    ) {
        let reference = id.description
        buffer.writeStaticString("HTTP/1.1 ")
        buffer.writeString(String(problem.status))
        buffer.writeStaticString(reason(problem.status))
        buffer.writeStaticString("\r\nContent-Type: application/problem+json\r\nCache-Control: no-store\r\n")
        buffer.writeStaticString(problem.fields)
        if let proxyStatus {
            buffer.writeStaticString("Proxy-Status: portcullis; error=")
            buffer.writeStaticString(proxyStatus)
            buffer.writeStaticString("\r\n")
        }
        RespondHead.writeOurs(id: reference, verdict: verdict, closes: closes, to: &buffer)
        let body = body(problem, reference: reference)
        buffer.writeStaticString("Content-Length: ")
        buffer.writeString(String(body.utf8.count))
        buffer.writeStaticString("\r\n\r\n")
        if !isHead { buffer.writeString(body) }
    }

    /// The problem document. Its `instance` is the audit record's id.
    static func body(_ problem: Problem, reference: String) -> String {
        """
        {"type":"urn:portcullis:problem:\(problem.code)","title":"\(problem.title)","status":\(problem.status),\
        "detail":"Reference \(reference)","instance":"urn:uuid:\(reference)","code":"\(problem.code)"}
        """
    }

    /// A space and the reason phrase.
    static func reason(_ status: Int) -> StaticString {
        switch status {
        case 200: " OK"
        case 400: " Bad Request"
        case 403: " Forbidden"
        case 404: " Not Found"
        case 405: " Method Not Allowed"
        case 408: " Request Timeout"
        case 413: " Content Too Large"
        case 414: " URI Too Long"
        case 415: " Unsupported Media Type"
        case 417: " Expectation Failed"
        case 422: " Unprocessable Content"
        case 431: " Request Header Fields Too Large"
        case 500: " Internal Server Error"
        case 502: " Bad Gateway"
        case 503: " Service Unavailable"
        case 504: " Gateway Timeout"
        case 505: " HTTP Version Not Supported"
        default: " "
        }
    }

    /// What a fault on the wire is to the client.
    static func problem(_ fault: WireFault) -> Problem {
        switch fault {
        case .version: .version
        case .method, .requestLine, .statusLine, .fieldName, .fieldValue, .obsoleteFolding, .bareLineFeed, .chunk,
            .trailer, .connectionOption, .unsolicited, .truncated:
            .malformed
        case .target: .badTarget
        case .targetTooLong: .targetTooLong
        case .headTooLarge, .tooManyFields: .headTooLarge
        case .host: .badHost
        case .contentLength, .transferEncoding, .conflictingFraming: .framing
        }
    }

    /// What a target's fault is to the client.
    static func problem(_ fault: TargetFault) -> Problem {
        switch fault {
        case .form, .percentEncoding, .separator, .fragment: .badTarget
        case .host, .hostMismatch: .badHost
        }
    }

    /// What an upstream's silence is to the client.
    static func problem(_ fault: UpstreamFault) -> Problem {
        switch fault {
        case .refused, .connectTimeout: .upstreamUnreachable
        case .noConnectionLeft: .overloaded
        case .closedEarly, .truncated, .malformed, .tooLarge: .upstreamBroken
        case .timeout: .upstreamTimeout
        }
    }
}
