internal import NIOCore

/// A request's head as it came: bytes, and where in them the parts are. Reused from request to request.
struct RequestHead: Sendable {
    /// What the client expects before it sends the body.
    enum Expectation: Sendable {
        case none
        /// `Expect: 100-continue`.
        case proceed
        /// Something that cannot be met: 417.
        case unknown
    }

    /// From the request line to the empty line.
    private(set) var bytes: [UInt8] = []
    /// The header fields in order.
    private(set) var lines: [HeaderLine] = []
    /// Where the method is.
    private(set) var method = 0..<0
    /// Where the request target is.
    private(set) var target = 0..<0
    /// 0 or 1.
    private(set) var minorVersion = 1
    /// How the body ends.
    private(set) var framing = BodyFraming.none
    /// False when the client wants the connection closed after the answer.
    private(set) var keepAlive = true
    /// What the client expects.
    private(set) var expectation = Expectation.none
    /// True when the client asked for another protocol.
    private(set) var hasUpgrade = false
    /// Index of the one `Host` line.
    private(set) var hostLine: Int?
    /// Index of the first `Content-Type` line.
    private(set) var contentTypeLine: Int?
    /// True when `Content-Length: 0` was declared.
    private(set) var declaresEmptyBody = false
    /// True when a `Content-Encoding` other than `identity` was declared.
    private(set) var isEncoded = false

    /// True for HEAD, whose answers have no body, errors included.
    var isHead: Bool { bytes[method].elementsEqual("HEAD".utf8) }

    /// The first `Content-Type`; nil when there is none.
    var contentType: String? {
        contentTypeLine.map { LatinText.text(bytes[lines[$0].valueStart..<lines[$0].valueEnd]) }
    }

    /// Parses a head; `span` ends with the empty line. `keep` must follow with the same bytes.
    mutating func parse(_ span: Span<UInt8>, limits: WireLimits) throws(WireFault) {
        bytes.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
        framing = .none
        expectation = .none
        hasUpgrade = false
        isEncoded = false
        declaresEmptyBody = false
        hostLine = nil
        contentTypeLine = nil
        let start = try parseRequestLine(span, limits: limits)
        try HeaderLines.parse(span, from: start, to: span.count, limit: limits.fields, into: &lines)
        try interpret(span)
    }

    /// Keeps the bytes that were parsed, so that the ranges stay good when their buffer is gone.
    mutating func keep(_ view: ByteBufferView) {
        bytes.append(contentsOf: view)
    }

    // MARK: Request line

    private mutating func parseRequestLine(_ span: Span<UInt8>, limits: WireLimits) throws(WireFault) -> Int {
        var at = 0
        while at < span.count, Self.isMethodByte(span[at]) { at += 1 }
        guard at > 0, at <= 24, at < span.count, span[at] == 0x20 else { throw .method }
        method = 0..<at
        at += 1
        let first = at
        while at < span.count, Self.isTargetByte(span[at]) { at += 1 }
        guard at > first, at < span.count else { throw .target }
        target = first..<at
        // A line that ends here is HTTP/0.9, which has neither version nor fields.
        guard span[at] == 0x20 else {
            throw span[at] == HeaderLines.carriageReturn ? .version : .target
        }
        if target.count > limits.targetBytes { throw .targetTooLong }
        at += 1
        guard at + 10 <= span.count, HeaderLines.isEqual(span, at, at + 5, "http/"), span[at] == UInt8(ascii: "H"),
            span[at + 1] == UInt8(ascii: "T"), span[at + 2] == UInt8(ascii: "T"), span[at + 3] == UInt8(ascii: "P")
        else { throw .requestLine }
        let minor = span[at + 7] &- UInt8(ascii: "0")
        guard span[at + 5] == UInt8(ascii: "1"), span[at + 6] == UInt8(ascii: "."), minor <= 1 else { throw .version }
        guard span[at + 8] == HeaderLines.carriageReturn, span[at + 9] == HeaderLines.lineFeed else {
            throw .requestLine
        }
        minorVersion = Int(minor)
        return at + 10
    }

    /// Methods are upper case with inner hyphens: what every registered one is.
    private static func isMethodByte(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") || byte == UInt8(ascii: "-")
    }

    /// Visible ASCII; everything else must come percent-encoded.
    private static func isTargetByte(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }

    // MARK: Fields

    private mutating func interpret(_ span: Span<UInt8>) throws(WireFault) {
        var length: Int?
        var isChunked = false
        var connection = ConnectionOptions()
        for i in lines.indices {
            let line = lines[i]
            switch line.name {
            case .other, .portcullis, .digest, .acceptEncoding, .authorization, .cookie, .keepAlive, .proxyConnection,
                .proxyAuthenticate, .proxyAuthorization, .te, .trailer:
                break
            case .host:
                if hostLine != nil { throw .host }
                hostLine = i
            case .contentLength:
                guard length == nil, line.hasPlainEnd,
                    let value = HeaderLines.decimal(span, line.valueStart, line.valueEnd)
                else {
                    throw .contentLength
                }
                length = value
            case .transferEncoding:
                guard !isChunked, minorVersion == 1, line.hasPlainEnd,
                    HeaderLines.isEqual(span, line.valueStart, line.valueEnd, "chunked")
                else { throw .transferEncoding }
                isChunked = true
            case .disguised: throw .fieldName
            case .connection:
                try connection.add(span, line)
            case .upgrade: hasUpgrade = true
            case .expect:
                let isKnown = HeaderLines.isEqual(span, line.valueStart, line.valueEnd, "100-continue")
                expectation = isKnown && expectation != .unknown ? .proceed : .unknown
            case .contentType: if contentTypeLine == nil { contentTypeLine = i }
            case .contentEncoding:
                if !HeaderLines.isEqual(span, line.valueStart, line.valueEnd, "identity") { isEncoded = true }
            }
        }
        if isChunked, length != nil { throw .conflictingFraming }
        if hostLine == nil, minorVersion == 1 { throw .host }
        declaresEmptyBody = length == 0
        if isChunked { framing = .chunked } else if let length, length > 0 { framing = .length(length) }
        // HTTP/1.0 clients get one answer a connection: their keep-alive is not the one of HTTP/1.1.
        keepAlive = minorVersion == 1 && connection.keepsAlive(minorVersion: minorVersion)
        if connection.hasNames { try HeaderLines.markOptions(span, &lines) }
    }
}
