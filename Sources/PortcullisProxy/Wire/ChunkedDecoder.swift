internal import NIOCore

/// Takes chunked framing off (RFC 9112 section 7.1), strictly: CRLF only, no blanks in the size line, sizes below 2^60.
///
/// Extensions are refused: nobody needs them, and servers disagree about where they end. Trailers are checked and
/// dropped; one that names a framing field is refused.
struct ChunkedDecoder {
    /// What the next bytes gave.
    enum Step {
        /// More bytes are needed.
        case starved
        /// So many bytes of body are next in the buffer, at least one.
        case data(Int)
        /// The last chunk and the trailers are through.
        case end
    }

    private enum State {
        case size
        case data(remaining: Int)
        case dataEnd
        case trailer(seen: Int)
        case done
    }

    /// Longest size line; longest trailer section.
    private static let lineLimit = 16
    private static let trailerLimit = 4096
    private var state = State.size

    /// Consumes framing from `buffer` up to the next body bytes, which it leaves in place.
    mutating func next(_ buffer: inout ByteBuffer) throws(WireFault) -> Step {
        while true {
            switch state {
            case .size:
                guard let size = try readSize(&buffer) else { return .starved }
                state = size == 0 ? .trailer(seen: 0) : .data(remaining: size)
            case .data(let remaining):
                let count = min(remaining, buffer.readableBytes)
                if count == 0 { return .starved }
                state = count == remaining ? .dataEnd : .data(remaining: remaining - count)
                return .data(count)
            case .dataEnd:
                if buffer.readableBytes < 2 { return .starved }
                guard buffer.readInteger(as: UInt16.self) == 0x0D0A else { throw .chunk }
                state = .size
            case .trailer(let seen):
                guard let length = try lineLength(buffer, limit: Self.trailerLimit - seen, fault: .trailer) else {
                    return .starved
                }
                if length > 0 { try checkTrailer(buffer, length) }
                buffer.moveReaderIndex(forwardBy: length + 2)
                state = length == 0 ? .done : .trailer(seen: seen + length + 2)
            case .done:
                return .end
            }
        }
    }

    private func readSize(_ buffer: inout ByteBuffer) throws(WireFault) -> Int? {
        let bytes = buffer
        guard let length = try lineLength(bytes, limit: Self.lineLimit, fault: .chunk) else { return nil }
        let span = bytes.readableBytesUInt8Span
        var value = 0
        var digits = 0
        while digits < length, let digit = Self.hexadecimal(span[digits]) {
            guard digits < 15 else { throw .chunk }
            value = value << 4 | digit
            digits += 1
        }
        guard digits > 0, digits == length else { throw .chunk }
        buffer.moveReaderIndex(forwardBy: length + 2)
        return value
    }

    /// Bytes before the CRLF; nil when it has not come yet.
    private func lineLength(_ buffer: ByteBuffer, limit: Int, fault: WireFault) throws(WireFault) -> Int? {
        let span = buffer.readableBytesUInt8Span
        var at = 0
        while at < span.count, at <= limit {
            let byte = span[at]
            if byte == HeaderLines.carriageReturn {
                if at + 1 == span.count { return nil }
                guard span[at + 1] == HeaderLines.lineFeed else { throw fault }
                return at
            }
            guard HeaderLines.isValueByte(byte) else { throw fault }
            at += 1
        }
        if at > limit { throw fault }
        return nil
    }

    private func checkTrailer(_ buffer: ByteBuffer, _ length: Int) throws(WireFault) {
        let span = buffer.readableBytesUInt8Span
        var at = 0
        while at < length, HeaderLines.isToken(span[at]) { at += 1 }
        guard at > 0, at < length, span[at] == UInt8(ascii: ":") else { throw .trailer }
        if !FieldName(span, 0, at).mayBeConnectionOption { throw .trailer }
    }

    private static func hexadecimal(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}
