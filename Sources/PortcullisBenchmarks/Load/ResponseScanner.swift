/// Says when an HTTP/1.1 response is complete, from bytes in any chunking. Keeps only the head.
///
/// Knows `Content-Length` and chunked bodies that end in `0 CR LF CR LF`; both are all that the servers measured here
/// send.
struct ResponseScanner {
    /// Three digits; 0 until the head is in.
    private(set) var status = 0
    /// True when the server said that it will close the connection.
    private(set) var closes = false
    private var head: [UInt8] = []
    private var remaining = 0
    private var isChunked = false
    private var tail: [UInt8] = []
    private var isInBody = false

    private static let headEnd: [UInt8] = [13, 10, 13, 10]
    private static let lastChunk: [UInt8] = Array("0\r\n\r\n".utf8)

    /// Takes the next bytes; true once the response is complete.
    mutating func feed(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var start = 0
        if !isInBody {
            while start < bytes.count, !isInBody {
                head.append(bytes[start])
                start += 1
                if head.count >= 4, head.suffix(4).elementsEqual(Self.headEnd) { readHead() }
            }
            if !isInBody { return false }
        }
        if isChunked {
            tail.append(contentsOf: bytes[start...])
            if tail.count > 64 { tail.removeFirst(tail.count - 64) }
            return tail.suffix(Self.lastChunk.count).elementsEqual(Self.lastChunk)
        }
        remaining -= bytes.count - start
        return remaining <= 0
    }

    /// Ready for the next response on the same connection.
    mutating func reset() {
        status = 0
        closes = false
        head.removeAll(keepingCapacity: true)
        tail.removeAll(keepingCapacity: true)
        remaining = 0
        isChunked = false
        isInBody = false
    }

    private mutating func readHead() {
        isInBody = true
        let lines = String(decoding: head, as: UTF8.self).lowercased().split(separator: "\r\n")
        status = lines.first.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) } ?? 0
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            switch line[..<colon] {
            case "content-length": remaining = Int(value) ?? 0
            case "transfer-encoding": isChunked = value.contains("chunked")
            case "connection": closes = value.contains("close")
            default: break
            }
        }
    }
}
