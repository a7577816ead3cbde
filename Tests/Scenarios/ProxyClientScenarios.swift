import AuditTrail
import PortcullisProxy
import Testing

/// What clients may do with inspected requests besides waiting for their answer.
@Suite("proxy: clients of inspected routes", .serialized)
struct ProxyClientScenarios {
    private let scores = UpstreamAction.json("{\"cat\":0.9,\"dog\":0.1}")

    @Test("a client that leaves while the model thinks is recorded once, and its call is broken off")
    func leaves() async throws {
        let upstream = try await ProxyUpstream.start { _ in .silence }
        let image = try ProxyInspectedScenarios.png()
        for mode in ["enforce", "monitor"] {
            try await ProxyHarness.run(
                policy: ProxyInspectedScenarios.policy(mode: mode), upstreamPort: upstream.port
            ) { proxy in
                let before = upstream.requests.count
                let client = try await ProxyClient.connect(proxy.ports.data)
                client.send(ProxyInspectedScenarios.post(image))
                try await eventually("the question") { upstream.requests.count == before + 1 }
                await client.close()
                let records = try await proxy.records(1)
                #expect(records.count == 1)
                #expect(records[0].failure?.cause == "cancelled")
                #expect(records[0].http?.status == nil)
                try await eventually("the permit") {
                    try await ProxyInspectedScenarios.metric("portcullis_inspections_running", proxy) == 0
                }
                try await eventually("the count") {
                    try await ProxyInspectedScenarios.metric("portcullis_inflight_requests", proxy) == 0
                }
            }
        }
        await upstream.stop()
    }

    @Test("a client that leaves in the middle of its body is recorded, and its memory is given back")
    func leavesEarly() async throws {
        let scores = scores
        let upstream = try await ProxyUpstream.start { _ in scores }
        try await ProxyHarness.run(policy: ProxyInspectedScenarios.policy(), upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send("POST /predict/x HTTP/1.1\r\nHost: h\r\nContent-Length: 900000\r\n\r\n")
            try await eventually("the reservation") {
                try await ProxyInspectedScenarios.metric("portcullis_memory_reserved_bytes", proxy) == 65536
            }
            await client.close()
            #expect(try await proxy.records(1)[0].failure?.cause == "client-gone")
            #expect(try await ProxyInspectedScenarios.metric("portcullis_memory_reserved_bytes", proxy) == 0)
        }
        await upstream.stop()
    }

    @Test("Expect is answered once the head has passed, on inspected routes too")
    func expect() async throws {
        let scores = scores
        let upstream = try await ProxyUpstream.start { _ in scores }
        let image = try ProxyInspectedScenarios.png()
        try await ProxyHarness.run(policy: ProxyInspectedScenarios.policy(), upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send(
                "POST /predict/x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: \(image.count)\r\n\r\n")
            #expect(try await client.response().status == 100)
            client.send(image)
            #expect(try await client.response().status == 200)
            #expect(upstream.requests.first?.first("Expect") == nil)
        }
        await upstream.stop()
    }

    @Test("a guarded path without a body is not held up")
    func bodiless() async throws {
        let scores = scores
        let upstream = try await ProxyUpstream.start { _ in scores }
        try await ProxyHarness.run(policy: ProxyInspectedScenarios.policy(), upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send("POST /predict/x HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
            #expect(try await client.response().status == 200)
            #expect(upstream.requests.first?.first("Content-Length") == "0")
            #expect(try await proxy.records(1)[0].kind == .passthrough)
        }
        await upstream.stop()
    }

    @Test("copies carry credentials and their mark; the model's own answer is what comes back")
    func copies() async throws {
        let upstream = try await ProxyUpstream.start { request in
            .json(request.first("Portcullis-Copy") == nil ? "{\"cat\":0.9,\"dog\":0.1}" : "{\"cat\":0.8,\"dog\":0.2}")
        }
        let image = try ProxyInspectedScenarios.png()
        let policy = ProxyInspectedScenarios.policy(
            detectors: "[{use: feature-squeezing, squeezers: [\"bit-depth(1)\", \"median(2)\"]}]")
        try await ProxyHarness.run(policy: policy, upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send(ProxyInspectedScenarios.post(image, extra: "Digest: d\r\nSignature: s\r\n"))
            #expect(try await client.response().body == "{\"cat\":0.9,\"dog\":0.1}")
            let copies = upstream.requests.filter { $0.first("Portcullis-Copy") != nil }
            #expect(copies.count == 2)
            for copy in copies {
                #expect(copy.uri == "/predict/x?k=v")
                #expect(copy.first("Authorization") == "t")
                #expect(copy.first("Digest") == nil)
                #expect(copy.first("Signature") == nil)
                #expect(copy.first("Content-Length") == "\(copy.body.count)")
            }
            #expect(try await proxy.records(1)[0].copies.count == 2)
        }
        await upstream.stop()
    }

    @Test("many clients at once all get their own answer")
    func many() async throws {
        let upstream = try await ProxyUpstream.start { request in .json("{\"n\":\(request.first("X-N") ?? "?")}") }
        let image = try ProxyInspectedScenarios.png()
        try await ProxyHarness.run(
            policy: ProxyInspectedScenarios.policy(), upstreamPort: upstream.port, configure: { $0.eventLoops = 2 }
        ) { proxy in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for n in 0..<40 {
                    group.addTask {
                        let client = try await ProxyClient.connect(proxy.ports.data)
                        for round in 0..<5 {
                            let mark = n * 100 + round
                            client.send(ProxyInspectedScenarios.post(image, extra: "X-N: \(mark)\r\n"))
                            #expect(try await client.response().body == "{\"n\":\(mark)}")
                        }
                        await client.close()
                    }
                }
                try await group.waitForAll()
            }
            let records = try await proxy.records(200)
            #expect(Set(records.map(\.id)).count == 200)
        }
        await upstream.stop()
    }
}
