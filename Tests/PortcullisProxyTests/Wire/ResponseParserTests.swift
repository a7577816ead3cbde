import NIOCore
import Testing

@testable import PortcullisProxy

@Suite("ResponseParser")
struct ResponseParserTests {
    private struct Result: Equatable {
        var status: Int
        var body: String
        var isWhole: Bool
        var keepAlive: Bool
    }

    private func read(_ text: String, isHead: Bool = false, closes: Bool = false) throws(WireFault) -> Result {
        var parser = ResponseParser(limits: .tests)
        parser.expect(isHead: isHead)
        var buffer = ByteBuffer(string: text)
        parser.append(&buffer)
        var result = Result(status: 0, body: "", isWhole: false, keepAlive: false)
        while let event = try parser.next() {
            switch event {
            case .head:
                result.status = parser.head.status
                result.keepAlive = parser.head.keepAlive
            case .body: result.body += String(buffer: parser.body)
            case .end: result.isWhole = true
            }
        }
        if closes, !result.isWhole { result.isWhole = parser.close() }
        return result
    }

    @Test("reads bodies of declared length, of chunks, and until the connection closes")
    func bodies() throws {
        #expect(
            try read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                == Result(status: 200, body: "ok", isWhole: true, keepAlive: true))
        #expect(
            try read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")
                == Result(status: 200, body: "ok", isWhole: true, keepAlive: true))
        #expect(
            try read("HTTP/1.0 200 OK\r\n\r\nok", closes: true)
                == Result(status: 200, body: "ok", isWhole: true, keepAlive: false))
    }

    @Test(
        "an answer cut short is not whole",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", "HTTP/1.1 200 OK\r\nContent-Le",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n",
        ])
    func truncated(text: String) throws {
        #expect(try read(text, closes: true).isWhole == false)
    }

    @Test(
        "knows answers without a body",
        arguments: [
            ("HTTP/1.1 204 No Content\r\n\r\n", false),
            ("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", false),
            ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", true),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", true),
        ])
    func bodiless(text: String, isHead: Bool) throws {
        let result = try read(text, isHead: isHead)
        #expect(result.isWhole)
        #expect(result.body.isEmpty)
    }

    @Test("skips interim answers, but not without end")
    func interim() throws {
        let one = "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"
        #expect(try read(one + one + "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n").status == 200)
        #expect(throws: WireFault.statusLine) { try read(String(repeating: one, count: 9)) }
    }

    @Test(
        "refuses answers that could be read in two ways",
        arguments: [
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                WireFault.conflictingFraming
            ),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", .contentLength),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", .transferEncoding),
            ("HTTP/1.1 101 Switching Protocols\r\n\r\n", .statusLine),
            ("HTTP/1.1 20x OK\r\n\r\n", .statusLine),
            ("ICY 200 OK and more\r\n\r\n", .statusLine),
            ("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", .obsoleteFolding),
        ])
    func refuses(text: String, fault: WireFault) {
        #expect(throws: fault) { try read(text) }
    }

    @Test("bytes without a question are refused")
    func unsolicited() {
        var parser = ResponseParser(limits: .tests)
        var buffer = ByteBuffer(string: "HTTP/1.1 200 OK\r\n\r\n")
        parser.append(&buffer)
        #expect(throws: WireFault.unsolicited) { try parser.next() }
    }
}
