internal import NIOCore

/// Cuts a client's bytes into requests, one event at a time; the caller asks again when it is ready for more.
///
/// Pulling, not pushing, is what keeps pipelined requests in order: bytes after the end of a request wait here.
struct RequestParser {
    private enum State {
        case head(scanned: Int)
        case length(remaining: Int)
        case chunked(ChunkedDecoder)
        case ended
        case failed(WireFault)
    }

    private let limits: WireLimits
    private var state = State.head(scanned: 0)
    private var buffer = ByteBuffer()
    /// The head of the request that is being read.
    private(set) var head = RequestHead()
    /// The body bytes of the last `.body` event.
    private(set) var body = ByteBuffer()

    /// A parser at the start of a connection.
    init(limits: WireLimits) {
        self.limits = limits
    }

    /// Bytes that wait to be parsed.
    var waitingBytes: Int { buffer.readableBytes }

    /// True when no byte of the next request has come.
    var isBetweenRequests: Bool {
        if case .head = state { return buffer.readableBytes == 0 }
        return false
    }

    /// True after `.end`, until `startNext`.
    var hasEnded: Bool {
        if case .ended = state { return true }
        return false
    }

    /// True once something was refused; nothing more can be read.
    var hasFailed: Bool {
        if case .failed = state { return true }
        return false
    }

    /// Takes bytes from the connection.
    mutating func append(_ bytes: inout ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = bytes
        } else {
            buffer.writeBuffer(&bytes)
        }
    }

    /// The next event; nil when more bytes are needed. After a throw, every call throws the same.
    mutating func next() throws(WireFault) -> WireEvent? {
        do throws(WireFault) {
            return try step()
        } catch {
            state = .failed(error)
            buffer = ByteBuffer()
            throw error
        }
    }

    /// Lets the bytes of the last `.body` event go, so that their storage can be used again.
    mutating func releaseBody() {
        body = ByteBuffer()
    }

    /// Moves on to the next request; only after `.end`.
    mutating func startNext() {
        state = .head(scanned: 0)
    }

    /// Drops what waits: no further request is read from this connection.
    mutating func stop() {
        state = .ended
        buffer = ByteBuffer()
        body = ByteBuffer()
    }

    private mutating func step() throws(WireFault) -> WireEvent? {
        switch state {
        case .head(let scanned): return try readHead(scanned)
        case .length(let remaining):
            if remaining == 0 { return finish() }
            guard let piece = buffer.readSlice(length: min(remaining, buffer.readableBytes)), piece.readableBytes > 0
            else { return nil }
            state = .length(remaining: remaining - piece.readableBytes)
            body = piece
            return .body
        case .chunked(var decoder):
            let step = try decoder.next(&buffer)
            state = .chunked(decoder)
            switch step {
            case .starved: return nil
            case .data(let count):
                guard let piece = buffer.readSlice(length: count) else { return nil }
                body = piece
                return .body
            case .end: return finish()
            }
        case .ended: return nil
        case .failed(let fault): throw fault
        }
    }

    private mutating func finish() -> WireEvent {
        state = .ended
        body = ByteBuffer()
        if buffer.readableBytes == 0 { buffer = ByteBuffer() }
        return .end
    }

    private mutating func readHead(_ scanned: Int) throws(WireFault) -> WireEvent? {
        if scanned == 0 { skipEmptyLines() }
        // A second reference, so that the parsers below can read these bytes while this value changes.
        let bytes = buffer
        let span = bytes.readableBytesUInt8Span
        // A carriage return may have been the last byte before.
        guard let end = try HeaderLines.endOfHead(span, from: max(0, scanned - 1)) else {
            if span.count > limits.headBytes { throw .headTooLarge }
            try checkStart(span)
            state = .head(scanned: span.count)
            return nil
        }
        if end > limits.headBytes { throw .headTooLarge }
        try head.parse(span.extracting(0..<end), limits: limits)
        head.keep(bytes.readableBytesView.prefix(end))
        buffer.moveReaderIndex(forwardBy: end)
        switch head.framing {
        case .length(let count): state = .length(remaining: count)
        case .chunked: state = .chunked(ChunkedDecoder())
        case .none, .untilClose: state = .length(remaining: 0)
        }
        return .head
    }

    /// Empty lines before a request line are skipped (RFC 9112 section 2.2), at most four at a time.
    private mutating func skipEmptyLines() {
        var skipped = 0
        while skipped < 4, buffer.getInteger(at: buffer.readerIndex, as: UInt16.self) == 0x0D0A {
            buffer.moveReaderIndex(forwardBy: 2)
            skipped += 1
        }
    }

    /// Refuses what cannot become a request line, such as a TLS handshake, without waiting for its end.
    private func checkStart(_ span: Span<UInt8>) throws(WireFault) {
        guard span.count > 0 else { return }
        let first = span[0]
        guard first >= UInt8(ascii: "A") && first <= UInt8(ascii: "Z") || first == HeaderLines.carriageReturn else {
            throw .requestLine
        }
        // A first line without a version is HTTP/0.9: no empty line will follow it.
        var at = 0
        while at < span.count, span[at] != HeaderLines.lineFeed { at += 1 }
        if at == span.count {
            if at > limits.targetBytes + 64 { throw .targetTooLong }
            return
        }
        guard at >= 10, span[at - 9] == UInt8(ascii: "H"), span[at - 3] == UInt8(ascii: "."),
            span[at - 8] == UInt8(ascii: "T")
        else { throw .version }
    }
}
