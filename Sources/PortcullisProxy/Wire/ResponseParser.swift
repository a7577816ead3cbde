internal import NIOCore

/// Cuts an upstream's bytes into the answer to the one question that is open.
struct ResponseParser {
    private enum State {
        case idle
        case head(scanned: Int)
        case length(remaining: Int)
        case chunked(ChunkedDecoder)
        case untilClose
        case ended
    }

    private let limits: WireLimits
    private var state = State.idle
    private var answersHead = false
    private var interimHeads = 0
    private var buffer = ByteBuffer()
    /// The head of the answer that is being read.
    private(set) var head = ResponseHead()
    /// The body bytes of the last `.body` event.
    private(set) var body = ByteBuffer()

    /// A parser for one connection.
    init(limits: WireLimits) {
        self.limits = limits
    }

    /// Bytes that belong to no question: the connection cannot be used again.
    var hasLeftover: Bool { buffer.readableBytes > 0 }

    /// A question was sent; the next bytes are its answer.
    mutating func expect(isHead: Bool) {
        state = .head(scanned: 0)
        answersHead = isHead
        interimHeads = 0
    }

    /// Takes bytes from the connection.
    mutating func append(_ bytes: inout ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = bytes
        } else {
            buffer.writeBuffer(&bytes)
        }
    }

    /// Lets the bytes of the last `.body` event go, so that their storage can be used again.
    mutating func releaseBody() {
        body = ByteBuffer()
    }

    /// The next event; nil when more bytes are needed.
    mutating func next() throws(WireFault) -> WireEvent? {
        switch state {
        case .idle:
            if buffer.readableBytes > 0 { throw .unsolicited }
            return nil
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
        case .untilClose:
            guard let piece = buffer.readSlice(length: buffer.readableBytes), piece.readableBytes > 0 else {
                return nil
            }
            body = piece
            return .body
        case .ended: return nil
        }
    }

    /// The connection closed: true when that is how this answer ends, false when it is cut short.
    mutating func close() -> Bool {
        if case .untilClose = state {
            state = .ended
            return true
        }
        if case .ended = state { return true }
        return false
    }

    private mutating func finish() -> WireEvent {
        state = .ended
        body = ByteBuffer()
        if buffer.readableBytes == 0 { buffer = ByteBuffer() }
        return .end
    }

    private mutating func readHead(_ scanned: Int) throws(WireFault) -> WireEvent? {
        // A second reference, so that the parsers below can read these bytes while this value changes.
        let bytes = buffer
        let span = bytes.readableBytesUInt8Span
        guard let end = try HeaderLines.endOfHead(span, from: max(0, scanned - 1)) else {
            if span.count > limits.headBytes { throw .headTooLarge }
            state = .head(scanned: span.count)
            return nil
        }
        if end > limits.headBytes { throw .headTooLarge }
        try head.parse(span.extracting(0..<end), answersHead: answersHead, limits: limits)
        head.keep(bytes.readableBytesView.prefix(end))
        buffer.moveReaderIndex(forwardBy: end)
        // No upgrade is ever asked for; other interim answers (100, 103) are for this connection only.
        if head.status == 101 { throw .statusLine }
        if head.status < 200 {
            interimHeads += 1
            if interimHeads > 8 { throw .statusLine }
            state = .head(scanned: 0)
            return try readHead(0)
        }
        switch head.framing {
        case .none: state = .length(remaining: 0)
        case .length(let count): state = .length(remaining: count)
        case .chunked: state = .chunked(ChunkedDecoder())
        case .untilClose: state = .untilClose
        }
        return .head
    }
}
