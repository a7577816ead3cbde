import AuditTrail
import PortcullisProxy
import Testing

/// Upstreams that fail in every way, and clients that leave or dawdle.
@Suite("proxy: failures and time", .serialized)
struct ProxyUpstreamScenarios {
    private let policy = ProxyPassThroughScenarios.policy

    @Test("an upstream's errors come through verbatim")
    func verbatim() async throws {
        let upstream = try await ProxyUpstream.start { _ in
            .answer(status: 500, headers: [("X-Odd", "\u{FC}")], body: Array("{\"error\":\"mine\"}".utf8))
        }
        try await ProxyHarness.run(policy: policy, upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let response = try await client.response()
            #expect(response.status == 500)
            #expect(response.body == "{\"error\":\"mine\"}")
            #expect(response.first("X-Odd") == "\u{FC}")
        }
        await upstream.stop()
    }

    @Test("nobody there is 502 with Proxy-Status")
    func unreachable() async throws {
        let upstream = try await ProxyUpstream.start { _ in .silence }
        let port = upstream.port
        await upstream.stop()
        try await ProxyHarness.run(policy: policy, upstreamPort: port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\nGET /again HTTP/1.1\r\nHost: h\r\n\r\n")
            for _ in 0..<2 {
                let response = try await client.response()
                #expect(response.status == 502)
                #expect(response.first("Proxy-Status") == "portcullis; error=connection_refused")
            }
            #expect(try await proxy.records(2).count == 2)
        }
    }

    static let brokenAnswers = [
        "nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "HTTP/1.1 200",
    ]

    @Test("an answer that is not HTTP is 502", arguments: brokenAnswers)
    func broken(answer: String) async throws {
        let upstream = try await ProxyUpstream.start { _ in .raw(answer, closes: true) }
        try await ProxyHarness.run(policy: policy, upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let response = try await client.response()
            #expect(response.status == 502)
            #expect(response.first("Proxy-Status")?.hasPrefix("portcullis; error=") == true)
        }
        await upstream.stop()
    }

    @Test("silence is 504")
    func silence() async throws {
        let upstream = try await ProxyUpstream.start { _ in .silence }
        try await ProxyHarness.run(
            policy: policy, upstreamPort: upstream.port, configure: { $0.timeouts.firstByte = .milliseconds(200) }
        ) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let response = try await client.response()
            #expect(response.status == 504)
            #expect(response.first("Proxy-Status") == "portcullis; error=http_response_timeout")
        }
        await upstream.stop()
    }

    static let cutShort = [
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nonly this\r\n",
    ]

    @Test("an answer that is cut short is seen to be cut short, and an outcome record says so", arguments: cutShort)
    func truncated(answer: String) async throws {
        let upstream = try await ProxyUpstream.start { _ in .raw(answer, closes: true) }
        try await ProxyHarness.run(policy: policy, upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            try await client.untilClosed()
            #expect(client.text.contains("only this"))
            #expect(!client.text.contains("\r\n0\r\n\r\n"))
            let records = try await proxy.records(2)
            #expect(records.map(\.kind) == [.passthrough, .outcome])
            #expect(records[1].ending == "upstream-truncated")
            #expect(records[1].of == records[0].id)
        }
        await upstream.stop()
    }

    @Test("an answer without a length is chunked for the client and kept whole")
    func untilClose() async throws {
        let upstream = try await ProxyUpstream.start { _ in .raw("HTTP/1.0 200 OK\r\n\r\nall of it", closes: true) }
        try await ProxyHarness.run(policy: policy, upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let response = try await client.response()
            #expect(response.first("Transfer-Encoding") == "chunked")
            #expect(response.body.contains("all of it"))
        }
        await upstream.stop()
    }

    @Test("a kept connection that the upstream closed costs a safe request nothing")
    func stale() async throws {
        let upstream = try await ProxyUpstream.start { _ in
            .raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", closes: true)
        }
        try await ProxyHarness.run(policy: policy, upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            for _ in 0..<20 {
                client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                #expect(try await client.response().status == 200)
            }
        }
        await upstream.stop()
    }

    @Test("a slow head and a slow body are 408")
    func slowClients() async throws {
        let upstream = try await ProxyUpstream.start(ProxyPassThroughScenarios.echo)
        try await ProxyHarness.run(
            policy: policy, upstreamPort: upstream.port,
            configure: {
                $0.timeouts.head = .milliseconds(200)
                $0.timeouts.bodyIdle = .milliseconds(200)
            }
        ) { proxy in
            for text in ["GET / HT", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc"] {
                let client = try await ProxyClient.connect(proxy.ports.data)
                client.send(text)
                #expect(try await client.response().status == 408)
                try await client.untilClosed()
            }
            let records = try await proxy.records(2)
            #expect(records.map { $0.failure?.cause } == ["head-timeout", "body-timeout"])
        }
        await upstream.stop()
    }

    @Test("a body that trickles below the least rate is 408 although it never pauses")
    func trickle() async throws {
        let upstream = try await ProxyUpstream.start(ProxyPassThroughScenarios.echo)
        try await ProxyHarness.run(
            policy: policy, upstreamPort: upstream.port, configure: { $0.timeouts.body = .milliseconds(400) }
        ) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n")
            try await eventually("408") {
                client.send("a")
                return client.text.hasPrefix("HTTP/1.1 408")
            }
            #expect(try await proxy.records(1)[0].failure?.cause == "body-timeout")
        }
        await upstream.stop()
    }

    @Test("idle connections close without a word or a record")
    func idle() async throws {
        let upstream = try await ProxyUpstream.start(ProxyPassThroughScenarios.echo)
        try await ProxyHarness.run(
            policy: policy, upstreamPort: upstream.port, configure: { $0.timeouts.keepAlive = .milliseconds(200) }
        ) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            try await client.untilClosed()
            #expect(client.byteCount == 0)
            #expect(proxy.sink.records.isEmpty)
        }
        await upstream.stop()
    }

    @Test("a client that leaves is recorded, and the upstream is left too")
    func clientGone() async throws {
        let upstream = try await ProxyUpstream.start { _ in .silence }
        try await ProxyHarness.run(policy: policy, upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            try await eventually("the question") { upstream.requests.count == 1 }
            await client.close()
            let records = try await proxy.records(1)
            #expect(records[0].failure?.cause == "client-gone")
            #expect(records[0].http?.status == nil)
        }
        await upstream.stop()
    }

    @Test("stopping: not ready at once, what is in flight is answered with Connection: close, then the end")
    func drain() async throws {
        let upstream = try await ProxyUpstream.start { request in
            request.uri == "/slow" ? .raw("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab", closes: false) : .json("{}")
        }
        try await ProxyHarness.run(
            policy: policy, upstreamPort: upstream.port, configure: { $0.drainDelay = .milliseconds(300) }
        ) { proxy in
            let idle = try await ProxyClient.connect(proxy.ports.data)
            let admin = try await ProxyClient.connect(proxy.ports.admin)
            admin.send("GET /readyz HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await admin.response().status == 200)
            proxy.server.shutdown()
            admin.send("GET /readyz HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await admin.response().status == 503)
            // Within the delay new requests are still served, and told to go elsewhere next.
            idle.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let last = try await idle.response()
            #expect(last.status == 200)
            #expect(last.first("Connection") == "close")
            try await idle.untilClosed()
        }
        await upstream.stop()
    }
}
