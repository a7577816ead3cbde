import AuditTrail
import PortcullisProxy
import Testing

/// Requests without images, through a live proxy on loopback.
@Suite("proxy: pass-through", .serialized)
struct ProxyPassThroughScenarios {
    static let policy = """
        version: 1
        name: pass
        mode: monitor
        unmatched: pass
        routes:
          - name: all
            match: {methods: [GET, HEAD, POST, PUT, OPTIONS]}
            handle: pass
          - name: closed
            match: {methods: [DELETE]}
            handle: deny
        """

    static func echo(_ request: SeenRequest) -> UpstreamAction {
        .answer(
            status: 201,
            headers: [
                ("X-Seen", request.uri), ("Portcullis-Verdict", "forged"), ("Connection", "X-Seen2"), ("X-Seen2", "z"),
            ],
            body: request.body)
    }

    @Test("bodies come through whole in both directions, requests in order on one connection")
    func pipelined() async throws {
        let upstream = try await ProxyUpstream.start(Self.echo)
        try await ProxyHarness.run(policy: Self.policy, upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send(
                "POST /a//b?x=%2f HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
                    + "PUT /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
                    + "GET /d HTTP/1.1\r\nHost: h\r\n\r\n")
            let answers = [try await client.response(), try await client.response(), try await client.response()]
            #expect(answers.map(\.body) == ["hello", "abc", ""])
            #expect(answers.map { $0.first("X-Seen") } == ["/a/b?x=%2f", "/c", "/d"])
            #expect(answers.allSatisfy { $0.status == 201 && $0.first("Portcullis-Request-Id")?.count == 36 })
            #expect(answers.allSatisfy { $0.first("Portcullis-Verdict") == nil && $0.first("X-Seen2") == nil })
            #expect(upstream.connections == 1)
            let records = try await proxy.records(3)
            #expect(records.map(\.kind) == [.passthrough, .passthrough, .passthrough])
            #expect(records.map { $0.http?.path } == ["/a/b", "/c", "/d"])
            #expect(records.map { "\($0.id)" } == answers.map { $0.first("Portcullis-Request-Id") ?? "" })
        }
        await upstream.stop()
    }

    @Test("inbound Portcullis fields, hop-by-hop fields and Expect do not reach the upstream")
    func stripped() async throws {
        let upstream = try await ProxyUpstream.start(Self.echo)
        try await ProxyHarness.run(policy: Self.policy, upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send(
                "POST / HTTP/1.1\r\nHost: h\r\nPortcullis-Verdict: forward\r\nportcullis_copy: 1/2\r\nTE: trailers\r\n"
                    + "Connection: keep-alive, X-Own\r\nX-Own: 1\r\nExpect: 100-continue\r\nCookie: c\r\nContent-Length: 2\r\n\r\n"
            )
            #expect(try await client.response().status == 100)
            client.send("hi")
            #expect(try await client.response().body == "hi")
            let seen = try #require(upstream.requests.first)
            for name in ["Portcullis-Verdict", "portcullis_copy", "TE", "Connection", "X-Own", "Expect"] {
                #expect(seen.first(name) == nil)
            }
            #expect(seen.first("Cookie") == "c")
            #expect(seen.first("Portcullis-Request-Id")?.count == 36)
        }
        await upstream.stop()
    }

    static let refusals: [(String, Int)] = [
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: x, chunked\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET http://other/ HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        ("GET /a%2fb HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n", 400),
        ("CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n", 405),
        ("TRACE / HTTP/1.1\r\nHost: h\r\n\r\n", 405),
        ("DELETE / HTTP/1.1\r\nHost: h\r\n\r\n", 404),
        ("POST / HTTP/1.1\r\nHost: h\r\nExpect: 200-ok\r\nContent-Length: 1\r\n\r\nx", 417),
        ("GET /\r\n", 505),
        ("GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505),
        ("GET /\(String(repeating: "a", count: 9000)) HTTP/1.1\r\nHost: h\r\n\r\n", 414),
        ("GET / HTTP/1.1\r\nHost: h\r\nX: \(String(repeating: "a", count: 40000))\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: h\r\n\(String(repeating: "A: b\r\n", count: 120))\r\n", 431),
    ]

    @Test("what cannot be trusted is refused, never forwarded, and recorded once", arguments: refusals)
    func refused(text: String, status: Int) async throws {
        let upstream = try await ProxyUpstream.start(Self.echo)
        try await ProxyHarness.run(policy: Self.policy, upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send(text)
            let response = try await client.response()
            #expect(response.status == status)
            #expect(response.first("Content-Type") == "application/problem+json")
            #expect(response.first("Portcullis-Request-Id")?.count == 36)
            let records = try await proxy.records(1)
            #expect(records.count == 1)
            #expect(records[0].http?.status == status)
            #expect(records[0].kind == .decision)
            #expect(upstream.requests.isEmpty)
        }
        await upstream.stop()
    }

    @Test("a fast upstream waits for a slow client: little is held in between")
    func slowClient() async throws {
        let total = 64 << 20
        let upstream = try await ProxyUpstream.start { _ in .flood(bytes: total) }
        try await ProxyHarness.run(policy: Self.policy, upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data, reads: false)
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            try await eventually("the flood to begin") { upstream.writtenBytes > 0 }
            try await settled { upstream.writtenBytes }
            // What the kernel's buffers take on two connections, not the whole answer.
            #expect(upstream.writtenBytes < total / 2)
            try await client.startReading()
            try await eventually("the whole answer") { client.byteCount > total }
        }
        await upstream.stop()
    }

    @Test("a fast client waits for a slow upstream")
    func slowUpstream() async throws {
        let total = 64 << 20
        let upstream = try await ProxyUpstream.start(reads: false, Self.echo)
        try await ProxyHarness.run(
            policy: Self.policy, upstreamPort: upstream.port, configure: { $0.timeouts.total = .seconds(1) }
        ) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(total)\r\n\r\n")
            let before = residentBytes()
            client.send([UInt8](repeating: 0x2E, count: total))
            try await eventually("the client to be held back") { !client.isWritable }
            try await settled { residentBytes() / (1 << 20) }
            // The test's own copy of the body is 64 MB, twice; the proxy must not add a third.
            #expect(residentBytes() - before < 160 << 20)
            // An upstream that takes nothing for this long is given up.
            let records = try await proxy.records(1)
            #expect(records[0].failure?.cause == "upstream-timeout")
            #expect(records[0].http?.status == 504)
            await client.close()
        }
        await upstream.stop()
    }
}
