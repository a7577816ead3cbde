internal import AuditTrail
internal import NIOCore

/// Writes the heads that go to the upstream: the client's own lines, copied in runs, minus what must not go on.
enum ForwardedHead {
    /// What goes along with a question.
    enum Purpose {
        /// What the client's answer comes from, as the client asked for it.
        case forwarded
        /// What the client's answer comes from, where the guard has to read that answer first: uncoded.
        case judged
        /// A copy that is only compared: no digests or signatures, marked `index/total`.
        case copy(index: Int, total: Int)
    }

    /// The framing of what follows.
    enum Framing {
        /// As the request declared it.
        case asReceived
        /// So many bytes of this type; nil keeps the request's own type.
        case replaced(length: Int, mediaType: String?)
    }

    /// Appends a whole head.
    static func write(
        _ head: RequestHead, destination: Destination, id: AuditID, purpose: Purpose, framing: Framing,
        to buffer: inout ByteBuffer
    ) {
        buffer.writeBytes(head.bytes[head.method])
        buffer.writeInteger(UInt8(ascii: " "))
        buffer.writeBytes(destination.path)
        buffer.writeBytes(head.bytes[queryRange(head)])
        buffer.writeStaticString(" HTTP/1.1\r\n")
        if head.hostLine == nil {
            buffer.writeStaticString("Host: ")
            buffer.writeString(destination.impliedHost)
            buffer.writeStaticString("\r\n")
        }
        copyLines(head, purpose: purpose, framing: framing, to: &buffer)
        writeFraming(head, framing, to: &buffer)
        if case .forwarded = purpose {} else { buffer.writeStaticString("Accept-Encoding: identity\r\n") }
        if case .copy(let index, let total) = purpose {
            buffer.writeStaticString("Portcullis-Copy: ")
            buffer.writeString("\(index)/\(total)")
            buffer.writeStaticString("\r\n")
        }
        buffer.writeStaticString("Via: 1.1 portcullis\r\nPortcullis-Request-Id: ")
        buffer.writeString(id.description)
        buffer.writeStaticString("\r\n\r\n")
    }

    /// From `?` to the end of the target; empty without a query.
    static func queryRange(_ head: RequestHead) -> Range<Int> {
        var at = head.target.lowerBound
        while at < head.target.upperBound, head.bytes[at] != UInt8(ascii: "?") { at += 1 }
        return at..<head.target.upperBound
    }

    /// Neighbouring lines that both stay are copied in one go.
    private static func copyLines(
        _ head: RequestHead, purpose: Purpose, framing: Framing, to buffer: inout ByteBuffer
    ) {
        var runStart = head.lines.first?.start ?? 0
        var runEnd = runStart
        for line in head.lines {
            if goesOn(line, purpose: purpose, framing: framing) {
                if line.start != runEnd {
                    if runEnd > runStart { buffer.writeBytes(head.bytes[runStart..<runEnd]) }
                    runStart = line.start
                }
                runEnd = line.end
            }
        }
        if runEnd > runStart { buffer.writeBytes(head.bytes[runStart..<runEnd]) }
    }

    private static func goesOn(_ line: HeaderLine, purpose: Purpose, framing: Framing) -> Bool {
        if line.isConnectionOption { return false }
        switch line.name {
        case .other, .host, .authorization, .cookie, .contentEncoding: return true
        case .portcullis, .expect, .contentLength, .disguised: return false
        case .acceptEncoding:
            // An answer that the client had coded would be one whose scores cannot be read.
            if case .forwarded = purpose { return true }
            return false
        case .digest:
            // A digest of the client's bytes is untrue of ours.
            if case .replaced(_, .some) = framing { return false }
            if case .copy = purpose { return false }
            return true
        case .contentType:
            if case .replaced(_, .some) = framing { return false }
            return true
        case .connection, .keepAlive, .proxyConnection, .proxyAuthenticate, .proxyAuthorization, .te, .trailer,
            .upgrade, .transferEncoding:
            return false
        }
    }

    private static func writeFraming(_ head: RequestHead, _ framing: Framing, to buffer: inout ByteBuffer) {
        switch framing {
        case .replaced(let length, let mediaType):
            if let mediaType {
                buffer.writeStaticString("Content-Type: ")
                buffer.writeString(mediaType)
                buffer.writeStaticString("\r\n")
            }
            writeLength(length, to: &buffer)
        case .asReceived:
            switch head.framing {
            case .length(let length): writeLength(length, to: &buffer)
            case .chunked: buffer.writeStaticString("Transfer-Encoding: chunked\r\n")
            case .none, .untilClose:
                // A declared length of zero stays declared: some servers refuse a POST without any.
                if head.declaresEmptyBody { buffer.writeStaticString("Content-Length: 0\r\n") }
            }
        }
    }

    static func writeLength(_ length: Int, to buffer: inout ByteBuffer) {
        buffer.writeStaticString("Content-Length: ")
        buffer.writeString(String(length))
        buffer.writeStaticString("\r\n")
    }
}

/// Writes the heads that go to the client.
enum RespondHead {
    /// Appends the upstream's head for the client and says how its body is framed there.
    static func write(
        _ head: ResponseHead, id: AuditID, verdict: StaticString?, clientMinorVersion: Int, closes: inout Bool,
        to buffer: inout ByteBuffer
    ) -> BodyFraming {
        buffer.writeStaticString("HTTP/1.1 ")
        buffer.writeBytes(head.bytes[head.statusText])
        buffer.writeStaticString("\r\n")
        var runStart = head.lines.first?.start ?? 0
        var runEnd = runStart
        for line in head.lines where goesOn(line) {
            if line.start != runEnd {
                if runEnd > runStart { buffer.writeBytes(head.bytes[runStart..<runEnd]) }
                runStart = line.start
            }
            runEnd = line.end
        }
        if runEnd > runStart { buffer.writeBytes(head.bytes[runStart..<runEnd]) }
        var framing = head.framing
        if framing == .untilClose || framing == .chunked {
            if clientMinorVersion == 1 {
                framing = .chunked
                buffer.writeStaticString("Transfer-Encoding: chunked\r\n")
            } else {
                // HTTP/1.0 knows no chunks: the end of the body is the end of the connection.
                framing = .untilClose
                closes = true
            }
        }
        writeOurs(id: id.description, verdict: verdict, closes: closes, to: &buffer)
        buffer.writeStaticString("\r\n")
        return framing
    }

    /// The fields that every answer carries.
    static func writeOurs(id: String, verdict: StaticString?, closes: Bool, to buffer: inout ByteBuffer) {
        buffer.writeStaticString("Portcullis-Request-Id: ")
        buffer.writeString(id)
        buffer.writeStaticString("\r\n")
        if let verdict {
            buffer.writeStaticString("Portcullis-Verdict: ")
            buffer.writeStaticString(verdict)
            buffer.writeStaticString("\r\n")
        }
        if closes { buffer.writeStaticString("Connection: close\r\n") }
    }

    private static func goesOn(_ line: HeaderLine) -> Bool {
        !line.isConnectionOption && !line.name.isHopByHop && line.name != .portcullis
    }
}
