/// The header fields that Portcullis acts on; every other is `other` and passes as it came.
enum FieldName: UInt8, Sendable {
    case other
    // Framing and routing.
    case host, contentLength, transferEncoding, expect, contentType, contentEncoding
    // For one connection only (RFC 9110 section 7.6.1).
    case connection, keepAlive, proxyConnection, proxyAuthenticate, proxyAuthorization, te, trailer, upgrade
    // About the exact bytes of a body, so untrue of a copy.
    case digest
    // Ours: never believed from outside.
    case portcullis
    // How the answer may be coded: ours to say where the guard has to read it.
    case acceptEncoding
    // End to end, and never to be named in `Connection`.
    case authorization, cookie
    // A framing or routing field spelled with `_`, which CGI-like servers read as `-`.
    case disguised

    /// Fields for one connection: never forwarded.
    var isHopByHop: Bool {
        switch self {
        case .connection, .keepAlive, .proxyConnection, .proxyAuthenticate, .proxyAuthorization, .te, .trailer,
            .upgrade, .transferEncoding:
            true
        default: false
        }
    }

    /// Fields that a sender may not turn into hop-by-hop ones by naming them in `Connection`.
    var mayBeConnectionOption: Bool {
        switch self {
        case .host, .contentLength, .transferEncoding, .expect, .contentType, .contentEncoding, .digest,
            .acceptEncoding, .authorization, .cookie, .disguised:
            false
        default: true
        }
    }

    /// The field called `span[start..<end]`, case ignored.
    ///
    /// Length and first letter leave one candidate, so that unknown names cost one comparison at most.
    init(_ span: Span<UInt8>, _ start: Int, _ end: Int) {
        self = .other
        guard end > start else { return }
        let first = HeaderLines.lowercase(span[start])
        if first == UInt8(ascii: "p"), end - start > 10, Self.isEqual(span, start, start + 10, "portcullis"),
            Self.isHyphen(span[start + 10])
        {
            self = .portcullis
            return
        }
        let last = HeaderLines.lowercase(span[end - 1])
        guard let (name, text) = Self.candidate(length: end - start, first: first, last: last) else { return }
        if HeaderLines.isEqual(span, start, end, text) {
            self = name
        } else if Self.isEqual(span, start, end, text) {
            switch name {
            case .contentLength, .transferEncoding, .contentType, .contentEncoding: self = .disguised
            default: self = name
            }
        }
    }

    private static func candidate(
        length: Int, first: UInt8, last: UInt8
    ) -> (name: FieldName, text: StaticString)? {
        switch (length, first) {
        case (2, UInt8(ascii: "t")): (.te, "te")
        case (4, UInt8(ascii: "h")): (.host, "host")
        case (6, UInt8(ascii: "e")): (.expect, "expect")
        case (6, UInt8(ascii: "c")): (.cookie, "cookie")
        case (6, UInt8(ascii: "d")): (.digest, "digest")
        case (7, UInt8(ascii: "t")): (.trailer, "trailer")
        case (7, UInt8(ascii: "u")): (.upgrade, "upgrade")
        case (9, UInt8(ascii: "s")): (.digest, "signature")
        case (10, UInt8(ascii: "c")): (.connection, "connection")
        case (10, UInt8(ascii: "k")): (.keepAlive, "keep-alive")
        case (11, UInt8(ascii: "c")): (.digest, "content-md5")
        case (11, UInt8(ascii: "r")): (.digest, "repr-digest")
        case (12, UInt8(ascii: "c")): (.contentType, "content-type")
        case (13, UInt8(ascii: "a")): (.authorization, "authorization")
        case (14, UInt8(ascii: "c")):
            last == UInt8(ascii: "h") ? (.contentLength, "content-length") : (.digest, "content-digest")
        case (15, UInt8(ascii: "a")): (.acceptEncoding, "accept-encoding")
        case (15, UInt8(ascii: "s")): (.digest, "signature-input")
        case (16, UInt8(ascii: "c")): (.contentEncoding, "content-encoding")
        case (16, UInt8(ascii: "p")): (.proxyConnection, "proxy-connection")
        case (17, UInt8(ascii: "t")): (.transferEncoding, "transfer-encoding")
        case (18, UInt8(ascii: "p")): (.proxyAuthenticate, "proxy-authenticate")
        case (19, UInt8(ascii: "p")): (.proxyAuthorization, "proxy-authorization")
        default: nil
        }
    }

    private static func isHyphen(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    /// Compares with case ignored and `_` read as `-`.
    private static func isEqual(_ span: Span<UInt8>, _ start: Int, _ end: Int, _ text: StaticString) -> Bool {
        text.withUTF8Buffer { expected in
            for i in 0..<min(end - start, expected.count) {
                let byte = HeaderLines.lowercase(span[start + i])
                if byte != expected[i], !(isHyphen(byte) && isHyphen(expected[i])) { return false }
            }
            return true
        }
    }
}
