internal import NIOCore

/// A response's head as it came: bytes, and where in them the parts are. Reused from response to response.
struct ResponseHead: Sendable {
    /// From the status line to the empty line.
    private(set) var bytes: [UInt8] = []
    /// The header fields in order.
    private(set) var lines: [HeaderLine] = []
    /// 100...999.
    private(set) var status = 0
    /// From the status code to the end of the status line: `200 OK`.
    private(set) var statusText = 0..<0
    /// How the body ends.
    private(set) var framing = BodyFraming.none
    /// True when the connection may be used again after this response.
    private(set) var keepAlive = false
    /// The declared length; also of a response without a body, such as one to HEAD.
    private(set) var declaredLength: Int?

    /// Parses a head; `span` ends with the empty line. `keep` must follow with the same bytes.
    mutating func parse(_ span: Span<UInt8>, answersHead: Bool, limits: WireLimits) throws(WireFault) {
        bytes.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
        declaredLength = nil
        // `HTTP/1.x NNN[ reason]CRLF`
        guard span.count >= 14, HeaderLines.isEqual(span, 0, 5, "http/"), span[5] == UInt8(ascii: "1"),
            span[6] == UInt8(ascii: "."), span[8] == 0x20
        else { throw .statusLine }
        let minor = Int(span[7] &- UInt8(ascii: "0"))
        guard minor <= 1, let code = HeaderLines.decimal(span, 9, 12), code >= 100 else { throw .statusLine }
        var at = 12
        if span[at] == 0x20 { while HeaderLines.isValueByte(span[at]), at + 1 < span.count { at += 1 } }
        guard at + 1 < span.count, span[at] == HeaderLines.carriageReturn, span[at + 1] == HeaderLines.lineFeed else {
            throw .statusLine
        }
        status = code
        statusText = 9..<at
        try HeaderLines.parse(span, from: at + 2, to: span.count, limit: limits.fields, into: &lines)
        try interpret(span, answersHead: answersHead, minorVersion: minor)
    }

    /// Keeps the bytes that were parsed, so that the ranges stay good when their buffer is gone.
    mutating func keep(_ view: ByteBufferView) {
        bytes.append(contentsOf: view)
    }

    private mutating func interpret(_ span: Span<UInt8>, answersHead: Bool, minorVersion: Int) throws(WireFault) {
        var isChunked = false
        var connection = ConnectionOptions()
        for line in lines {
            switch line.name {
            case .contentLength:
                guard let value = HeaderLines.decimal(span, line.valueStart, line.valueEnd),
                    declaredLength == nil || declaredLength == value
                else { throw .contentLength }
                declaredLength = value
            case .transferEncoding:
                guard !isChunked, HeaderLines.isEqual(span, line.valueStart, line.valueEnd, "chunked") else {
                    throw .transferEncoding
                }
                isChunked = true
            case .connection: try connection.add(span, line)
            default: break
            }
        }
        if isChunked, declaredLength != nil { throw .conflictingFraming }
        keepAlive = connection.keepsAlive(minorVersion: minorVersion)
        if connection.hasNames { try HeaderLines.markOptions(span, &lines) }
        if answersHead || status < 200 || status == 204 || status == 304 || declaredLength == 0 {
            framing = .none
        } else if isChunked {
            framing = .chunked
        } else if let declaredLength {
            framing = .length(declaredLength)
        } else {
            framing = .untilClose
            keepAlive = false
        }
    }
}
