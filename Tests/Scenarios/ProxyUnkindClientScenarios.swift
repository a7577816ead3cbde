import AuditTrail
import PortcullisProxy
import Testing

/// Clients that do not read, do not send, or send what is odd: others are served as before, and little is held for them.
@Suite("proxy: unkind clients", .serialized)
struct ProxyUnkindClientScenarios {
    private let scores = UpstreamAction.json("{\"cat\":0.9,\"dog\":0.1}")

    @Test("an empty chunked body ends for the upstream too, so that the next request begins where it should")
    func emptyChunked() async throws {
        let upstream = try await ProxyUpstream.start(ProxyPassThroughScenarios.echo)
        try await ProxyHarness.run(policy: ProxyPassThroughScenarios.policy, upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            for path in ["/a", "/b", "/c"] {
                client.send("PUT \(path) HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
                #expect(try await client.response().first("X-Seen") == path)
            }
            #expect(upstream.connections == 1)
        }
        await upstream.stop()
    }

    @Test("requests of a client that does not read wait for it, and are all answered when it does")
    func unreadAnswers() async throws {
        let count = 40_000
        let upstream = try await ProxyUpstream.start(ProxyPassThroughScenarios.echo)
        try await ProxyHarness.run(policy: ProxyPassThroughScenarios.policy, upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data, reads: false)
            let request = "DELETE / HTTP/1.1\r\nHost: h\r\n\r\n"
            client.send(String(repeating: request, count: count))
            try await eventually("the first to be answered") { !proxy.sink.records.isEmpty }
            try await settled { proxy.sink.records.count }
            // What the kernel and one connection's buffer take, not all of them.
            #expect(proxy.sink.records.count < count)
            try await client.startReading()
            #expect(try await proxy.records(count).count == count)
        }
        await upstream.stop()
    }

    @Test("an answer to a client that has stopped reading waits at the upstream from its first byte")
    func unreadFlood() async throws {
        let total = 64 << 20
        let small = 60_000
        let upstream = try await ProxyUpstream.start { .flood(bytes: $0.uri == "/big" ? total : small) }
        try await ProxyHarness.run(policy: ProxyPassThroughScenarios.policy, upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data, reads: false)
            client.send(
                String(repeating: "GET /small HTTP/1.1\r\nHost: h\r\n\r\n", count: 100)
                    + "GET /big HTTP/1.1\r\nHost: h\r\n\r\n")
            try await eventually("the answers to begin") { upstream.writtenBytes > 0 }
            try await settled { upstream.writtenBytes }
            #expect(upstream.writtenBytes < total / 2)
            try await client.startReading()
            try await eventually("all answers") { client.byteCount > 100 * small + total }
        }
        await upstream.stop()
    }

    @Test("an error that answers HEAD has no body, whatever it refuses")
    func headWithoutBody() async throws {
        let upstream = try await ProxyUpstream.start(ProxyPassThroughScenarios.echo)
        try await ProxyHarness.run(policy: ProxyPassThroughScenarios.policy, upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send("HEAD /a%2fb HTTP/1.1\r\nHost: h\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n")
            try await eventually("both answers") { client.text.contains("X-Seen: /next") }
            let text = client.text
            #expect(text.hasPrefix("HTTP/1.1 400 "))
            let end = try #require(text.firstRange(of: "\r\n\r\n"))
            #expect(text[end.upperBound...].hasPrefix("HTTP/1.1 201 "))
        }
        await upstream.stop()
    }

    @Test("clients that declare much and send nothing turn nobody away")
    func slowUploads() async throws {
        let scores = scores
        let upstream = try await ProxyUpstream.start { _ in scores }
        let image = try ProxyInspectedScenarios.png()
        try await ProxyHarness.run(
            policy: ProxyInspectedScenarios.policy(), upstreamPort: upstream.port,
            configure: {
                $0.limits.bodyBudgetBytes = 2_000_000
                $0.limits.bodySharePercent = 100
            }
        ) { proxy in
            var slow: [ProxyClient] = []
            for _ in 0..<12 {
                let client = try await ProxyClient.connect(proxy.ports.data)
                client.send("POST /predict/x HTTP/1.1\r\nHost: h\r\nContent-Length: 900000\r\n\r\n")
                slow.append(client)
            }
            try await eventually("all to have begun") {
                try await ProxyInspectedScenarios.metric("portcullis_memory_reserved_bytes", proxy) == 12 * 65536
            }
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send(ProxyInspectedScenarios.post(image))
            #expect(try await client.response().status == 200)
            for client in slow { await client.close() }
        }
        await upstream.stop()
    }

    @Test("stopping waits for an answer that its client is still taking in", arguments: [0, 200_000])
    func stoppingMidAnswer(pipelined: Int) async throws {
        let body = [UInt8]("{\"cat\":0.9,\"dog\":0.1,\"note\":\"".utf8) + [UInt8](repeating: 0x2E, count: 14_000_000)
        let answer = UpstreamAction.answer(status: 200, headers: [], body: body + Array("\"}".utf8))
        let upstream = try await ProxyUpstream.start { _ in answer }
        let image = try ProxyInspectedScenarios.png()
        try await ProxyHarness.run(
            policy: ProxyInspectedScenarios.policy(), upstreamPort: upstream.port,
            configure: { $0.drainTimeout = .seconds(30) }
        ) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data, reads: false)
            client.send(ProxyInspectedScenarios.post(image))
            _ = try await proxy.records(1)
            if pipelined > 0 {
                client.send("PUT /next HTTP/1.1\r\nHost: h\r\nContent-Length: \(pipelined)\r\n\r\n")
                client.send([UInt8](repeating: 0x2E, count: pipelined))
            }
            proxy.server.shutdown()
            // The listener is gone before connections are drained.
            try await eventually("the stop to begin") {
                guard let late = try? await ProxyClient.connect(proxy.ports.data) else { return true }
                await late.close()
                return false
            }
            try await client.startReading()
            try await client.untilClosed()
            #expect(client.byteCount > 14_000_000)
            #expect(client.text.hasSuffix("\"}"))
        }
        await upstream.stop()
    }

    @Test("HTTP/1.0 is not told to go on")
    func noContinue() async throws {
        let upstream = try await ProxyUpstream.start(ProxyPassThroughScenarios.echo)
        try await ProxyHarness.run(policy: ProxyPassThroughScenarios.policy, upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send("PUT / HTTP/1.0\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            try await eventually("the head to be taken") {
                try await ProxyInspectedScenarios.metric("portcullis_inflight_requests", proxy) == 1
            }
            client.send("hi")
            #expect(try await client.response().status == 201)
        }
        await upstream.stop()
    }

    @Test("what could hide an image from the guard is refused on streamed routes while something enforces")
    func hiddenBodies() async throws {
        let scores = scores
        let upstream = try await ProxyUpstream.start { _ in scores }
        try await ProxyHarness.run(policy: ProxyInspectedScenarios.policy(), upstreamPort: upstream.port) { proxy in
            let coded = try await ProxyClient.connect(proxy.ports.data)
            coded.send("PUT /x HTTP/1.1\r\nHost: h\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc")
            #expect(try await coded.response().status == 415)
            let odd = try await ProxyClient.connect(proxy.ports.data)
            odd.send("GET /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc")
            let answer = try await odd.response()
            #expect(answer.status == 400)
            #expect(answer.body.contains("PC-REQ-008"))
            #expect(upstream.requests.isEmpty)
        }
        await upstream.stop()
    }
}
