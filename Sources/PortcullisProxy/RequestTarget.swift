/// Where a request goes: its path in the one form that is matched and forwarded, and its query as it came.
struct RequestTarget: Hashable, Sendable {
    /// Canonical path in bytes; `*` for `OPTIONS *`.
    let path: [UInt8]
    /// From `?` to the end of the target, empty without a query; not touched.
    let query: [UInt8]
    /// Host and port of an absolute-form target; nil for origin form.
    let authority: [UInt8]?
}

/// Why a request target or a host is refused.
enum TargetFault: String, Error, Hashable, Sendable {
    case form = "target-form"
    case percentEncoding = "percent-encoding"
    case separator = "encoded-separator"
    case fragment
    case host
    case hostMismatch = "host-mismatch"
}

/// Makes request targets canonical (RFC 3986 section 6.2.2), so that no spelling of a path slips past its route.
///
/// Percent-encodings of unreserved characters are decoded, the others get upper-case digits, dot segments and empty
/// segments are removed. `%2F`, `%5C`, `%00` and a bare backslash are refused: servers disagree about them.
enum TargetCanonicalizer {
    /// The parts of a target. `method` decides about the asterisk form.
    static func canonicalize(_ target: Span<UInt8>, isOptions: Bool) throws(TargetFault) -> RequestTarget {
        var start = 0
        var authority: [UInt8]?
        if target[0] != slash {
            if target.count == 1, target[0] == UInt8(ascii: "*"), isOptions {
                return RequestTarget(path: [UInt8(ascii: "*")], query: [], authority: nil)
            }
            let end = try authorityEnd(target)
            authority = copy(target, end.first, end.last)
            start = end.last
        }
        var pathEnd = start
        while pathEnd < target.count, target[pathEnd] != question {
            if target[pathEnd] == UInt8(ascii: "#") { throw .fragment }
            pathEnd += 1
        }
        for i in pathEnd..<target.count where target[i] == UInt8(ascii: "#") { throw .fragment }
        let query = copy(target, pathEnd, target.count)
        if start == pathEnd { return RequestTarget(path: [slash], query: query, authority: authority) }
        let path = try canonicalPath(target, start, pathEnd)
        return RequestTarget(path: path, query: query, authority: authority)
    }

    // MARK: Path

    private static func canonicalPath(_ target: Span<UInt8>, _ start: Int, _ end: Int) throws(TargetFault) -> [UInt8] {
        guard target[start] == slash else { throw .form }
        var path: [UInt8] = []
        path.reserveCapacity(end - start)
        var at = start
        while at < end {
            let byte = target[at]
            switch byte {
            case UInt8(ascii: "\\"): throw .separator
            case UInt8(ascii: "%"):
                guard at + 2 < end, let high = hexadecimal(target[at + 1]), let low = hexadecimal(target[at + 2]) else {
                    throw .percentEncoding
                }
                appendDecoded(high << 4 | low, to: &path)
                if [0x2F, 0x5C, 0x00].contains(high << 4 | low) { throw .separator }
                at += 3
                continue
            case _ where isPlain(byte): path.append(byte)
            default: appendEncoded(byte, to: &path)
            }
            at += 1
        }
        return removingSegments(path)
    }

    private static func appendDecoded(_ byte: UInt8, to path: inout [UInt8]) {
        if isUnreserved(byte) { path.append(byte) } else { appendEncoded(byte, to: &path) }
    }

    private static func appendEncoded(_ byte: UInt8, to path: inout [UInt8]) {
        path.append(UInt8(ascii: "%"))
        path.append(upperDigit(byte >> 4))
        path.append(upperDigit(byte & 15))
    }

    /// Removes empty segments, `.` and `..`; a `..` at the root has nothing to take away.
    private static func removingSegments(_ path: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(path.count)
        var at = 0
        while at < path.count {
            // `at` is on a slash; the segment follows it.
            var end = at + 1
            while end < path.count, path[end] != slash { end += 1 }
            let segment = path[(at + 1)..<end]
            let isLast = end == path.count
            if segment.isEmpty || segment.elementsEqual([dot]) {
                if isLast { result.append(slash) }
            } else if segment.elementsEqual([dot, dot]) {
                while let last = result.popLast(), last != slash {}
                if isLast { result.append(slash) }
            } else {
                result.append(slash)
                result.append(contentsOf: segment)
            }
            at = end
        }
        return result.isEmpty ? [slash] : result
    }

    // MARK: Authority

    /// Where host and port of `http://host:port/…` are. Other schemes and user information are refused.
    private static func authorityEnd(_ target: Span<UInt8>) throws(TargetFault) -> (first: Int, last: Int) {
        var first = 0
        if target.count > 7, HeaderLines.isEqual(target, 0, 7, "http://") {
            first = 7
        } else if target.count > 8, HeaderLines.isEqual(target, 0, 8, "https://") {
            first = 8
        } else {
            throw .form
        }
        var last = first
        while last < target.count, target[last] != slash, target[last] != question { last += 1 }
        guard last > first else { throw .form }
        return (first, last)
    }

    /// The host of `span[start..<end]` in lower case without port; throws for anything that is not `host[:port]`.
    static func host(_ span: Span<UInt8>, _ start: Int, _ end: Int) throws(TargetFault) -> [UInt8] {
        var name: [UInt8] = []
        var at = start
        let isLiteral = at < end && span[at] == UInt8(ascii: "[")
        while at < end {
            let byte = HeaderLines.lowercase(span[at])
            if isLiteral, byte == UInt8(ascii: "]") {
                name.append(byte)
                at += 1
                break
            }
            if byte == UInt8(ascii: ":"), !isLiteral { break }
            guard isUnreserved(byte) || isLiteral && (byte == UInt8(ascii: ":") || at == start) else { throw .host }
            name.append(byte)
            at += 1
        }
        guard !name.isEmpty, !isLiteral || name.last == UInt8(ascii: "]") else { throw .host }
        if at < end {
            guard span[at] == UInt8(ascii: ":"), end - at <= 6 else { throw .host }
            for i in (at + 1)..<end where !isDigit(span[i]) { throw .host }
        }
        // `model.` and `model` are one host.
        if name.count > 1, name.last == dot { name.removeLast() }
        return name
    }

    // MARK: Bytes

    private static let slash = UInt8(ascii: "/")
    private static let dot = UInt8(ascii: ".")
    private static let question = UInt8(ascii: "?")

    private static func copy(_ span: Span<UInt8>, _ start: Int, _ end: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(end - start)
        for i in start..<end { bytes.append(span[i]) }
        return bytes
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), dot, UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// Characters that stand in a canonical path as they are: `pchar` without `%`, and the slash.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&")...UInt8(ascii: ","), UInt8(ascii: ":"),
            UInt8(ascii: ";"), UInt8(ascii: "="), UInt8(ascii: "@"), slash:
            true
        default: isUnreserved(byte)
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func upperDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
