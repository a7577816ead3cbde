/// One header field as ranges into the bytes of its head.
struct HeaderLine: Hashable, Sendable {
    /// What it is.
    let name: FieldName
    /// True when `Connection` names it, so that it stays on this connection.
    var isConnectionOption: Bool
    /// Where the line and its name start.
    let start: Int
    /// Past the name.
    let nameEnd: Int
    /// Where the value starts, white space skipped.
    let valueStart: Int
    /// Past the value, white space skipped.
    let valueEnd: Int
    /// Past the line's CRLF.
    let end: Int

    /// True when no white space stands behind the value; in framing fields servers disagree about it.
    var hasPlainEnd: Bool { valueEnd + 2 == end }
}

/// Strict parsing of header lines (RFC 9112 section 5): CRLF only, no folding, no space before the colon, no controls.
///
/// Whatever another parser could read in a second way is refused here, so that what is forwarded has one reading.
enum HeaderLines {
    /// Appends the fields of `span[start..<end]`, which ends with the empty line, to `lines`.
    static func parse(
        _ span: Span<UInt8>, from start: Int, to end: Int, limit: Int, into lines: inout [HeaderLine]
    ) throws(WireFault) {
        var at = start
        while at < end {
            if span[at] == carriageReturn {
                guard at + 2 == end, span[at + 1] == lineFeed else { throw .fieldName }
                return
            }
            if lines.count == limit { throw .tooManyFields }
            let line = try parseLine(span, from: at, to: end)
            lines.append(line)
            at = line.end
        }
        throw .headTooLarge
    }

    private static func parseLine(_ span: Span<UInt8>, from start: Int, to end: Int) throws(WireFault) -> HeaderLine {
        if isBlank(span[start]) { throw .obsoleteFolding }
        var at = start
        while at < end, isToken(span[at]) { at += 1 }
        guard at > start, at < end, span[at] == UInt8(ascii: ":") else { throw .fieldName }
        let nameEnd = at
        at += 1
        while at < end, isBlank(span[at]) { at += 1 }
        let valueStart = at
        while at < end, isValueByte(span[at]) { at += 1 }
        guard at + 1 < end else { throw .fieldValue }
        if span[at] == lineFeed { throw .bareLineFeed }
        guard span[at] == carriageReturn, span[at + 1] == lineFeed else { throw .fieldValue }
        var valueEnd = at
        while valueEnd > valueStart, isBlank(span[valueEnd - 1]) { valueEnd -= 1 }
        return HeaderLine(
            name: FieldName(span, start, nameEnd), isConnectionOption: false, start: start, nameEnd: nameEnd,
            valueStart: valueStart, valueEnd: valueEnd, end: at + 2)
    }

    /// Position past the empty line that ends a head, searching from `from`; nil when it is not there yet.
    ///
    /// A line feed without its carriage return is refused at once, so that no peer can find an earlier end.
    static func endOfHead(_ span: Span<UInt8>, from: Int) throws(WireFault) -> Int? {
        var at = from
        while at < span.count {
            if span[at] == lineFeed {
                guard at > 0, span[at - 1] == carriageReturn else { throw .bareLineFeed }
                if at >= 3, span[at - 2] == lineFeed { return at + 1 }
            }
            at += 1
        }
        return nil
    }

    /// A whole decimal number of at most 18 digits; nil for anything else, signs and blanks included.
    static func decimal(_ span: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
        guard end > start, end - start <= 18 else { return nil }
        var value = 0
        for i in start..<end {
            let digit = span[i] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }

    /// True when `span[start..<end]` is `text` (lower case), case ignored.
    static func isEqual(_ span: Span<UInt8>, _ start: Int, _ end: Int, _ text: StaticString) -> Bool {
        guard end - start == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { expected in
            for i in 0..<expected.count where lowercase(span[start + i]) != expected[i] { return false }
            return true
        }
    }

    /// Calls `body` with the range of each member of a comma-separated list, blanks and empty members skipped.
    static func forEachMember(
        _ span: Span<UInt8>, _ start: Int, _ end: Int, _ body: (Int, Int) throws(WireFault) -> Void
    ) throws(WireFault) {
        var at = start
        while at < end {
            while at < end, isBlank(span[at]) || span[at] == UInt8(ascii: ",") { at += 1 }
            let first = at
            while at < end, span[at] != UInt8(ascii: ",") { at += 1 }
            var last = at
            while last > first, isBlank(span[last - 1]) { last -= 1 }
            if last > first { try body(first, last) }
        }
    }

    /// Marks the fields that `Connection` names: they stay on this connection.
    static func markOptions(_ span: Span<UInt8>, _ lines: inout [HeaderLine]) throws(WireFault) {
        for line in lines where line.name == .connection {
            try forEachMember(span, line.valueStart, line.valueEnd) { (start, end) throws(WireFault) in
                for i in lines.indices where lines[i].nameEnd - lines[i].start == end - start {
                    if isSame(span, lines[i].start, start, end - start) { lines[i].isConnectionOption = true }
                }
            }
        }
    }

    private static func isSame(_ span: Span<UInt8>, _ a: Int, _ b: Int, _ count: Int) -> Bool {
        for i in 0..<count where lowercase(span[a + i]) != lowercase(span[b + i]) { return false }
        return true
    }

    static let carriageReturn = UInt8(ascii: "\r")
    static let lineFeed = UInt8(ascii: "\n")

    static func lowercase(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }

    /// A space or a tab.
    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// `tchar` of RFC 9110 section 5.6.2.
    static func isToken(_ byte: UInt8) -> Bool {
        // Two 64-bit maps of the allowed bytes below 128.
        if byte < 64 { return 0x03FF_6CFA_0000_0000 >> UInt64(byte) & 1 == 1 }
        if byte < 128 { return 0x57FF_FFFF_C7FF_FFFE as UInt64 >> UInt64(byte - 64) & 1 == 1 }
        return false
    }

    /// Visible ASCII, space, tab and bytes above 127.
    static func isValueByte(_ byte: UInt8) -> Bool {
        byte >= 0x20 ? byte != 0x7F : byte == 0x09
    }
}

/// What the `Connection` fields of one head say together.
struct ConnectionOptions {
    private var seesClose = false
    private var seesKeepAlive = false
    /// True when a field is named beside `close` and `keep-alive`.
    private(set) var hasNames = false

    /// Takes one `Connection` line in. Throws when it names a field that a receiver must not lose.
    mutating func add(_ span: Span<UInt8>, _ line: HeaderLine) throws(WireFault) {
        try HeaderLines.forEachMember(span, line.valueStart, line.valueEnd) { (start, end) throws(WireFault) in
            if HeaderLines.isEqual(span, start, end, "close") {
                seesClose = true
            } else if HeaderLines.isEqual(span, start, end, "keep-alive") {
                seesKeepAlive = true
            } else {
                hasNames = true
                if !FieldName(span, start, end).mayBeConnectionOption { throw .connectionOption }
            }
        }
    }

    /// Whether the connection stays open; `close` wins over `keep-alive`.
    func keepsAlive(minorVersion: Int) -> Bool {
        !seesClose && (minorVersion == 1 || seesKeepAlive)
    }
}
