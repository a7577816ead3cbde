import AuditTrail
import NIOCore
import Testing

@testable import PortcullisProxy

@Suite("ForwardedHead")
struct ForwardedHeadTests {
    private let id = AuditID(time: AuditTime(microseconds: 1_700_000_000_000_000), random: 7)

    private func forwarded(
        _ text: String, purpose: ForwardedHead.Purpose = .forwarded, framing: ForwardedHead.Framing = .asReceived
    ) throws -> String {
        var parser = RequestParser(limits: .tests)
        var input = ByteBuffer(string: text)
        parser.append(&input)
        _ = try parser.next()
        let destination = Destination(
            method: "POST", path: Array("/p".utf8), host: "h", route: nil, impliedHost: "model:1", rawPath: [],
            rawHost: [])
        var buffer = ByteBuffer()
        ForwardedHead.write(
            parser.head, destination: destination, id: id, purpose: purpose, framing: framing, to: &buffer)
        return String(buffer: buffer)
    }

    private static let request = """
        POST /%70?q=%2f HTTP/1.1\r
        Host: h\r
        Keep-Alive: 5\r
        Authorization: Bearer t\r
        Portcullis-Verdict: forward\r
        portcullis_request_id: x\r
        PORTCULLIS-Copy: 1/2\r
        X-Private: p\r
        Connection: keep-alive, X-Private\r
        TE: trailers\r
        Proxy-Authorization: z\r
        Expect: 100-continue\r
        Cookie: c=d\r
        Content-Type: image/jpeg\r
        Content-MD5: abc\r
        Signature-Input: s\r
        Content-Length: 3\r
        \r

        """

    @Test("an answer that the guard has to read is asked for uncoded; otherwise the client's wish stands")
    func acceptEncoding() throws {
        let request = "POST /p HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip, br\r\nContent-Length: 3\r\n\r\n"
        #expect(try forwarded(request).contains("\r\nAccept-Encoding: gzip, br\r\n"))
        for purpose: ForwardedHead.Purpose in [.judged, .copy(index: 1, total: 2)] {
            let head = try forwarded(
                request, purpose: purpose, framing: .replaced(length: 3, mediaType: "image/png"))
            #expect(head.contains("\r\nAccept-Encoding: identity\r\n"))
            #expect(!head.contains("gzip"))
        }
    }

    @Test("keeps end-to-end fields in order, drops hop-by-hop ones, Expect and ours")
    func asReceived() throws {
        let expected = """
            POST /p?q=%2f HTTP/1.1\r
            Host: h\r
            Authorization: Bearer t\r
            Cookie: c=d\r
            Content-Type: image/jpeg\r
            Content-MD5: abc\r
            Signature-Input: s\r
            Content-Length: 3\r
            Via: 1.1 portcullis\r
            Portcullis-Request-Id: \(id)\r
            \r

            """
        #expect(try forwarded(Self.request) == expected)
    }

    @Test("a copy has its own length and type, no digests, and is marked")
    func copy() throws {
        let expected = """
            POST /p?q=%2f HTTP/1.1\r
            Host: h\r
            Authorization: Bearer t\r
            Cookie: c=d\r
            Content-Type: image/png\r
            Content-Length: 77\r
            Accept-Encoding: identity\r
            Portcullis-Copy: 2/3\r
            Via: 1.1 portcullis\r
            Portcullis-Request-Id: \(id)\r
            \r

            """
        #expect(
            try forwarded(
                Self.request, purpose: .copy(index: 2, total: 3), framing: .replaced(length: 77, mediaType: "image/png")
            )
                == expected)
    }

    @Test("chunked bodies stay chunked, empty ones stay declared")
    func framing() throws {
        let chunked = try forwarded("POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(chunked.contains("Transfer-Encoding: chunked\r\n"))
        #expect(
            try forwarded("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n").contains("Content-Length: 0\r\n"))
        #expect(!(try forwarded("GET /p HTTP/1.1\r\nHost: h\r\n\r\n").contains("Content-Length")))
    }

    @Test("a request without Host names the upstream")
    func impliedHost() throws {
        #expect(try forwarded("GET /p HTTP/1.0\r\n\r\n").hasPrefix("GET /p HTTP/1.1\r\nHost: model:1\r\n"))
    }

    @Test("answers keep their fields but for hop-by-hop ones and any that pretend to be ours")
    func response() throws {
        var parser = ResponseParser(limits: .tests)
        parser.expect(isHead: false)
        var input = ByteBuffer(
            string: "HTTP/1.1 201 Made\r\nServer: s\r\nConnection: close\r\nPortcullis-Verdict: forward\r\nX: y\r\n\r\n"
        )
        parser.append(&input)
        _ = try parser.next()
        var closes = false
        var buffer = ByteBuffer()
        let framing = RespondHead.write(
            parser.head, id: id, verdict: nil, clientMinorVersion: 1, closes: &closes, to: &buffer)
        #expect(framing == .chunked)
        #expect(!closes)
        #expect(
            String(buffer: buffer)
                == "HTTP/1.1 201 Made\r\nServer: s\r\nX: y\r\nTransfer-Encoding: chunked\r\nPortcullis-Request-Id: \(id)\r\n\r\n"
        )
    }

    @Test("a body without a length ends with the connection for HTTP/1.0 clients")
    func oldClients() throws {
        var parser = ResponseParser(limits: .tests)
        parser.expect(isHead: false)
        var input = ByteBuffer(string: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        parser.append(&input)
        _ = try parser.next()
        var closes = false
        var buffer = ByteBuffer()
        let framing = RespondHead.write(
            parser.head, id: id, verdict: nil, clientMinorVersion: 0, closes: &closes, to: &buffer)
        #expect(framing == .untilClose)
        #expect(closes)
        #expect(!String(buffer: buffer).contains("chunked"))
    }
}
