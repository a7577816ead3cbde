import NIOCore
import Testing

@testable import PortcullisProxy

/// What a parser made of a byte stream, for comparisons.
struct ParsedRequest: Equatable {
    var method: String
    var target: String
    var fields: [String]
    var body: [UInt8]
}

enum ParseOutcome: Equatable {
    case requests([ParsedRequest])
    case fault(WireFault)
}

/// Feeds `pieces` one after another and gathers whole requests.
func parse(_ pieces: [[UInt8]], limits: WireLimits = .tests) -> ParseOutcome {
    var parser = RequestParser(limits: limits)
    var requests: [ParsedRequest] = []
    var current: ParsedRequest?
    do throws(WireFault) {
        for piece in pieces {
            var buffer = ByteBuffer(bytes: piece)
            parser.append(&buffer)
            while let event = try parser.next() {
                switch event {
                case .head:
                    let head = parser.head
                    current = ParsedRequest(
                        method: String(decoding: head.bytes[head.method], as: UTF8.self),
                        target: String(decoding: head.bytes[head.target], as: UTF8.self),
                        fields: head.lines.map {
                            String(decoding: head.bytes[$0.start..<$0.nameEnd], as: UTF8.self) + "="
                                + String(decoding: head.bytes[$0.valueStart..<$0.valueEnd], as: UTF8.self)
                        }, body: [])
                case .body: current?.body += Array(parser.body.readableBytesView)
                case .end:
                    if let current { requests.append(current) }
                    parser.startNext()
                }
            }
        }
    } catch {
        return .fault(error)
    }
    return .requests(requests)
}

func parse(_ text: String, limits: WireLimits = .tests) -> ParseOutcome {
    parse([Array(text.utf8)], limits: limits)
}

extension WireLimits {
    static let tests = WireLimits(headBytes: 4096, fields: 20, targetBytes: 200)
}

@Suite("RequestParser")
struct RequestParserTests {
    @Test("reads a request with a body of declared length")
    func length() {
        let outcome = parse("POST /a?b HTTP/1.1\r\nHost: h\r\nX:  y \t\r\nContent-Length: 3\r\n\r\nabc")
        #expect(
            outcome
                == .requests([
                    ParsedRequest(
                        method: "POST", target: "/a?b", fields: ["Host=h", "X=y", "Content-Length=3"],
                        body: Array("abc".utf8))
                ]))
    }

    @Test("reads chunks and drops trailers")
    func chunks() {
        let outcome = parse(
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n0A\r\n0123456789\r\n0\r\nT: u\r\n\r\n"
        )
        #expect(
            outcome
                == .requests([
                    ParsedRequest(
                        method: "POST", target: "/", fields: ["Host=h", "Transfer-Encoding=Chunked"],
                        body: Array("abc0123456789".utf8))
                ]))
    }

    @Test("keeps pipelined requests apart and in order")
    func pipelining() {
        let outcome = parse(
            "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nPOST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nxGET /3 HTTP/1.1\r\nHost: h\r\n\r\n"
        )
        guard case .requests(let requests) = outcome else {
            Issue.record("refused: \(outcome)")
            return
        }
        #expect(requests.map(\.target) == ["/1", "/2", "/3"])
        #expect(requests[1].body == Array("x".utf8))
    }

    @Test("gives the same requests in any chunking", arguments: [1, 2, 3, 5, 7, 11, 64])
    func chunking(size: Int) {
        let bytes = Array(
            ("POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"
                + "PUT /y HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody").utf8)
        let pieces = stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
        #expect(parse(pieces) == parse([bytes]))
    }

    static let refusals: [(String, WireFault)] = [
        // Framing in two ways, or in a way that two servers read differently.
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", .conflictingFraming),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", .contentLength),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", .contentLength),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1, 1\r\n\r\n", .contentLength),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\n", .contentLength),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1 2\r\n\r\n", .contentLength),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0x1\r\n\r\n", .contentLength),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length:\r\n\r\n", .contentLength),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9999999999999999999\r\n\r\n", .contentLength),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", .transferEncoding),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, identity\r\n\r\n", .transferEncoding),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: identity\r\n\r\n", .transferEncoding),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: \u{0B}chunked\r\n\r\n", .fieldValue),
        (
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
            .transferEncoding
        ),
        ("POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", .transferEncoding),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer_Encoding: chunked\r\n\r\n", .fieldName),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent_Length: 5\r\n\r\n", .fieldName),
        ("POST / HTTP/1.1\r\nHost: h\r\nConnection: Content-Length\r\nContent-Length: 3\r\n\r\nabc", .connectionOption),
        ("GET / HTTP/1.1\r\nHost: h\r\nConnection: close, Host\r\n\r\n", .connectionOption),
        // Lines that two parsers split differently.
        ("GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n", .obsoleteFolding),
        ("GET / HTTP/1.1\r\n Host: h\r\n\r\n", .obsoleteFolding),
        ("GET / HTTP/1.1\r\nHost : h\r\n\r\n", .fieldName),
        ("GET / HTTP/1.1\r\nHost\t: h\r\n\r\n", .fieldName),
        ("GET / HTTP/1.1\r\n: h\r\n\r\n", .fieldName),
        ("GET / HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n", .fieldName),
        ("GET / HTTP/1.1\r\nHost: h\r\nX: a\u{0}b\r\n\r\n", .fieldValue),
        ("GET / HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n", .fieldValue),
        ("GET / HTTP/1.1\r\nHost: h\r\nX: a\u{7F}\r\n\r\n", .fieldValue),
        ("GET / HTTP/1.1\nHost: h\n\n", .bareLineFeed),
        ("GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n", .bareLineFeed),
        ("GET / HTTP/1.1\r\nX\u{E9}: y\r\n\r\n", .fieldName),
        // Host.
        ("GET / HTTP/1.1\r\n\r\n", .host),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", .host),
        // Start line.
        ("GET /\r\n", .version),
        ("GET / HTTP/0.9\r\nHost: h\r\n\r\n", .version),
        ("GET / HTTP/2.0\r\nHost: h\r\n\r\n", .version),
        ("GET / HTTP/1.2\r\nHost: h\r\n\r\n", .version),
        ("GET / http/1.1\r\nHost: h\r\n\r\n", .requestLine),
        ("GET  / HTTP/1.1\r\nHost: h\r\n\r\n", .target),
        ("GET / HTTP/1.1 \r\nHost: h\r\n\r\n", .requestLine),
        ("GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", .requestLine),
        ("GET /\u{E9} HTTP/1.1\r\nHost: h\r\n\r\n", .target),
        ("GET /a\u{0}b HTTP/1.1\r\nHost: h\r\n\r\n", .target),
        ("get / HTTP/1.1\r\nHost: h\r\n\r\n", .method),
        ("GE(T / HTTP/1.1\r\nHost: h\r\n\r\n", .method),
        ("\u{16}\u{3}\u{1}\u{2}", .requestLine),
        // Chunks.
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", .chunk),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n 3\r\nabc\r\n", .chunk),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3 \r\nabc\r\n", .chunk),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n", .chunk),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\r\n", .chunk),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n", .chunk),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1000000000000000\r\n", .chunk),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n", .chunk),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 3\r\n\r\n", .trailer),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked \r\n\r\n", .transferEncoding),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\t\r\n\r\n", .contentLength),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nbad trailer\r\n\r\n", .trailer),
    ]

    @Test("refuses what two servers could read in two ways", arguments: refusals)
    func refuses(text: String, fault: WireFault) {
        // Latin-1, so that one scalar is one byte.
        let bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        #expect(parse([bytes]) == .fault(fault))
        // The same byte by byte: no chunking makes it acceptable.
        guard case .fault = parse(bytes.map { [$0] }) else {
            Issue.record("accepted byte by byte: \(text.debugDescription)")
            return
        }
    }

    @Test("refuses a head that is too large, also one without an end")
    func headTooLarge() {
        let line = "X: " + String(repeating: "a", count: 5000) + "\r\n"
        #expect(parse("GET / HTTP/1.1\r\nHost: h\r\n" + line + "\r\n") == .fault(.headTooLarge))
        #expect(parse("GET / HTTP/1.1\r\nHost: h\r\n" + line) == .fault(.headTooLarge))
    }

    @Test("refuses too many fields and a target that is too long")
    func counts() {
        let many = String(repeating: "A: b\r\n", count: 20)
        #expect(parse("GET / HTTP/1.1\r\nHost: h\r\n" + many + "\r\n") == .fault(.tooManyFields))
        let long = "/" + String(repeating: "a", count: 200)
        #expect(parse("GET \(long) HTTP/1.1\r\nHost: h\r\n\r\n") == .fault(.targetTooLong))
    }

    @Test("close wins over keep-alive, HTTP/1.0 never stays open")
    func keepAlive() {
        #expect(keepsAlive("GET / HTTP/1.1\r\nHost: h\r\n\r\n"))
        #expect(!keepsAlive("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nConnection: keep-alive\r\n\r\n"))
        #expect(!keepsAlive("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"))
    }

    private func keepsAlive(_ text: String) -> Bool {
        var parser = RequestParser(limits: .tests)
        var buffer = ByteBuffer(string: text)
        parser.append(&buffer)
        guard case .some(.head) = try? parser.next() else {
            Issue.record("refused")
            return false
        }
        return parser.head.keepAlive
    }
}
