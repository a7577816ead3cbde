import AuditTrail
import ImageCodecs
import PixelCore
import PortcullisProxy
import Testing

/// Requests whose body is an image, through a live proxy with the real guard.
@Suite("proxy: inspected requests", .serialized)
struct ProxyInspectedScenarios {
    /// One guarded route. `mode`, rules and failures vary from test to test.
    static func policy(
        mode: String = "enforce", rule: String = "pixels_above: 10000", then: String = "reject",
        detectors: String = "[container-integrity]", limits: String = "{body_bytes: 1 MB, pixels: 1 MP}",
        failures: String = "{undecodable: reject, audit: reject}", disclose: String = "{flag: true, divert: true}"
    ) -> String {
        """
        version: 1
        name: inspected
        mode: \(mode)
        unmatched: \(mode == "monitor" ? "pass" : "deny")
        routes:
          - name: images
            match: {methods: [POST], paths: ["/predict/**"]}
            limits: \(limits)
            scores: auto
            forward: {pixels: sanitized, format: png}
            detectors: \(detectors)
            rules:
              - {name: big, when: {\(rule)}, then: \(then)}
            failures: \(failures)
            disclose: \(disclose)
          - name: open
            match: {methods: [GET, PUT], paths: ["/**"]}
            handle: pass
        """
    }

    static func png(width: Int = 20, height: Int = 20) throws -> [UInt8] {
        let shape = try #require(PixelShape(width: width, height: height, channels: 3))
        return try ImageEncoder.encode(Image(PixelBuffer(shape: shape, filledWith: 99)), as: .png(.fast))
    }

    static func post(_ body: [UInt8], path: String = "/predict/x?k=v", type: String = "image/png", extra: String = "")
        -> [UInt8]
    {
        Array(
            "POST \(path) HTTP/1.1\r\nHost: h\r\nContent-Type: \(type)\r\nAuthorization: t\r\n\(extra)Content-Length: \(body.count)\r\n\r\n"
                .utf8) + body
    }

    private let scores = UpstreamAction.json("{\"cat\":0.9,\"dog\":0.1}")

    @Test("a fine image is forwarded as the policy says, and its record says how")
    func forwarded() async throws {
        let scores = scores
        let upstream = try await ProxyUpstream.start { _ in scores }
        let image = try Self.png()
        try await ProxyHarness.run(policy: Self.policy(), upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            for _ in 0..<3 { client.send(Self.post(image, extra: "Content-MD5: x\r\n")) }
            for _ in 0..<3 {
                let response = try await client.response()
                #expect(response.status == 200)
                #expect(response.reason == "Fine")
                #expect(response.first("Portcullis-Verdict") == "forward")
                #expect(response.body == "{\"cat\":0.9,\"dog\":0.1}")
            }
            let seen = try #require(upstream.requests.first)
            #expect(seen.uri == "/predict/x?k=v")
            #expect(seen.first("Authorization") == "t")
            #expect(seen.first("Content-MD5") == nil)
            #expect(seen.first("Content-Type") == "image/png")
            #expect(seen.body != image)
            let record = try #require(try await proxy.records(3).first)
            #expect(record.kind == .decision)
            #expect(record.verdict == "forward")
            #expect(record.route == "images")
            #expect(record.images.first?.width == 20)
            #expect(record.images.first?.forwarded?.pixels == "sanitized")
            #expect(record.http?.status == 200)
        }
        await upstream.stop()
    }

    static let verdicts: [(String, String, Int, String?)] = [
        ("reject", "{flag: true, divert: true}", 403, "reject"),
        ("divert", "{flag: true, divert: true}", 200, "divert"),
        ("divert", "{flag: true, divert: false}", 403, "reject"),
        ("flag", "{flag: true, divert: true}", 200, "flag"),
        ("flag", "{flag: false, divert: true}", 200, "forward"),
    ]

    @Test("verdicts reach the client as far as they are disclosed", arguments: verdicts)
    func verdict(then: String, disclose: String, status: Int, header: String?) async throws {
        let scores = scores
        let upstream = try await ProxyUpstream.start { _ in scores }
        let image = try Self.png(width: 200, height: 200)
        try await ProxyHarness.run(policy: Self.policy(then: then, disclose: disclose), upstreamPort: upstream.port) {
            proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send(Self.post(image))
            let response = try await client.response()
            #expect(response.status == status)
            #expect(response.first("Portcullis-Verdict") == header)
            #expect(!response.body.contains("big"))
            let records = try await proxy.records(1)
            #expect(records[0].verdict == then)
            #expect(records[0].reasonCodes == ["big"])
            #expect("\(records[0].id)" == response.first("Portcullis-Request-Id"))
        }
        await upstream.stop()
    }

    @Test("monitoring forwards the client's own bytes and records what enforcing would have done")
    func monitor() async throws {
        let scores = scores
        let upstream = try await ProxyUpstream.start { _ in scores }
        let image = try Self.png(width: 200, height: 200)
        let policy = Self.policy(
            mode: "monitor", detectors: "[container-integrity, {use: feature-squeezing, squeezers: [\"bit-depth(5)\"]}]"
        )
        try await ProxyHarness.run(policy: policy, upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send(Self.post(image))
            let response = try await client.response()
            #expect(response.status == 200)
            #expect(response.first("Portcullis-Verdict") == "forward")
            #expect(upstream.requests.first?.body == image)
            let records = try await proxy.records(1)
            #expect(records[0].verdict == "forward")
            try await eventually("the would-be verdict") {
                proxy.sink.records.contains { $0.wouldBeVerdict == "reject" }
            }
            #expect(proxy.sink.records.filter { $0.kind == .decision }.count == 1)
            // Whatever is no image goes through as well.
            client.send(Self.post(Array("{\"not\": \"an image\"}".utf8), type: "application/json"))
            #expect(try await client.response().status == 200)
        }
        await upstream.stop()
    }

    @Test(
        "bombs and other bodies are refused from their first bytes",
        arguments: [
            ("png-bomb", 413), ("gif", 415), ("broken", 422),
        ])
    func refusedEarly(kind: String, status: Int) async throws {
        let scores = scores
        let upstream = try await ProxyUpstream.start { _ in scores }
        var body = try Self.png()
        switch kind {
        case "png-bomb":
            body.replaceSubrange(16..<24, with: [0, 0, 0xFF, 0, 0, 0, 0xFF, 0])
            body.replaceSubrange(29..<33, with: Self.checksum(body[12..<29]))
        case "gif": body = Array("GIF89a".utf8) + [UInt8](repeating: 0, count: 600)
        default: body.replaceSubrange(16..<20, with: [0, 0, 0, 0])
        }
        try await ProxyHarness.run(policy: Self.policy(), upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            // The rest of the declared body never comes.
            client.send(Array("POST /predict/x HTTP/1.1\r\nHost: h\r\nContent-Length: 900000\r\n\r\n".utf8) + body)
            let response = try await client.response()
            #expect(response.status == status)
            #expect(response.first("Connection") == "close")
            let records = try await proxy.records(1)
            #expect(records[0].failure?.cause == "undecodable")
            #expect(records[0].verdict == "reject")
            #expect(upstream.requests.isEmpty)
        }
        await upstream.stop()
    }

    /// CRC-32 as PNG writes it, big-endian.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return (0..<4).map { UInt8(truncatingIfNeeded: ~crc >> UInt32(24 - 8 * $0)) }
    }

    @Test("large, encoded and unguarded bodies are refused before they are read")
    func refusedByHead() async throws {
        let scores = scores
        let upstream = try await ProxyUpstream.start { _ in scores }
        let image = try Self.png()
        try await ProxyHarness.run(policy: Self.policy(), upstreamPort: upstream.port) { proxy in
            let cases: [([UInt8], Int)] = [
                (
                    Array(
                        "POST /predict/x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2000000\r\n\r\n"
                            .utf8), 413
                ),
                (Self.post(image, extra: "Content-Encoding: gzip\r\n"), 415),
                (Self.post(image, path: "/other"), 404),
                // An image on a route that does not inspect: the path would go round the guard.
                (
                    Array(
                        "PUT /x HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nContent-Length: \(image.count)\r\n\r\n"
                            .utf8) + image, 404
                ),
            ]
            for (bytes, status) in cases {
                let client = try await ProxyClient.connect(proxy.ports.data)
                client.send(bytes)
                #expect(try await client.response().status == status)
            }
            #expect(upstream.requests.isEmpty)
            let records = try await proxy.records(4)
            #expect(records.count == 4)
            #expect(records[3].failure?.cause == "unguarded-image")
        }
        await upstream.stop()
    }

    @Test("a chunked body is inspected like any other, and cut off at the limit")
    func chunked() async throws {
        let scores = scores
        let upstream = try await ProxyUpstream.start { _ in scores }
        let image = try Self.png()
        try await ProxyHarness.run(policy: Self.policy(), upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            let head = Array("POST /predict/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
            let half = image.count / 2
            client.send(head + Self.chunk(image[..<half]))
            client.send(Self.chunk(image[half...]) + Array("0\r\n\r\n".utf8))
            #expect(try await client.response().status == 200)
            #expect(upstream.requests.first?.first("Content-Length") != nil)
            client.send(head + Self.chunk(image[...]) + Self.chunk([UInt8](repeating: 0, count: 1_100_000)[...]))
            #expect(try await client.response().status == 413)
        }
        await upstream.stop()
    }

    private static func chunk(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        Array((String(bytes.count, radix: 16) + "\r\n").utf8) + bytes + Array("\r\n".utf8)
    }

    @Test("past the queue and past the body budget comes 503 with Retry-After")
    func shed() async throws {
        let upstream = try await ProxyUpstream.start { _ in .silence }
        let image = try Self.png()
        try await ProxyHarness.run(
            policy: Self.policy(), upstreamPort: upstream.port,
            configure: {
                $0.limits.runningInspections = 1
                $0.limits.queuedInspections = 1
                $0.limits.bodyBudgetBytes = 500_000
            }
        ) { proxy in
            let clients = [
                try await ProxyClient.connect(proxy.ports.data), try await ProxyClient.connect(proxy.ports.data),
                try await ProxyClient.connect(proxy.ports.data),
            ]
            clients[0].send(Self.post(image))
            try await eventually("the first to run") { upstream.requests.count == 1 }
            clients[1].send(Self.post(image))
            try await eventually("the second to wait") { try await Self.metric("portcullis_queue_depth", proxy) == 1 }
            clients[2].send(Self.post(image))
            let response = try await clients[2].response()
            #expect(response.status == 503)
            #expect(response.first("Retry-After") == "1")
            let big = try await ProxyClient.connect(proxy.ports.data)
            big.send("POST /predict/x HTTP/1.1\r\nHost: h\r\nContent-Length: 600000\r\n\r\n")
            #expect(try await big.response().status == 503)
            #expect(try await Self.metric("portcullis_shed_total{cause=\"queue_full\"}", proxy) == 1)
            #expect(try await Self.metric("portcullis_shed_total{cause=\"memory\"}", proxy) == 1)
            for client in clients { await client.close() }
            try await eventually("everything to be let go") {
                let reserved = try await Self.metric("portcullis_memory_reserved_bytes", proxy)
                let running = try await Self.metric("portcullis_inspections_running", proxy)
                return reserved == 0 && running == 0
            }
            #expect(try await proxy.records(4).count == 4)
        }
        await upstream.stop()
    }

    static func metric(_ name: String, _ proxy: RunningProxy) async throws -> Int? {
        let client = try await ProxyClient.connect(proxy.ports.admin)
        client.send("GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n")
        let text = try await client.response().body
        await client.close()
        return text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
            .flatMap { Int($0.split(separator: " ").last ?? "") }
    }

    @Test("a silent model is 504, a missing one 502")
    func modelFailures() async throws {
        let upstream = try await ProxyUpstream.start { _ in .silence }
        let image = try Self.png()
        try await ProxyHarness.run(
            policy: Self.policy(), upstreamPort: upstream.port,
            configure: { $0.timeouts.firstByte = .milliseconds(200) }
        ) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send(Self.post(image))
            #expect(try await client.response().status == 504)
            await upstream.stop()
            client.send(Self.post(image))
            #expect(try await client.response().status == 502)
            #expect(try await proxy.records(2).allSatisfy { $0.failure?.cause == "model" })
        }
    }

    @Test(
        "the total time ends a request whatever the guard and the model are doing, with a record that claims no verdict"
    )
    func totalTime() async throws {
        let upstream = try await ProxyUpstream.start { _ in .silence }
        let image = try Self.png()
        try await ProxyHarness.run(
            policy: Self.policy(), upstreamPort: upstream.port,
            configure: {
                $0.timeouts.total = .milliseconds(300)
                $0.timeouts.firstByte = .seconds(600)
            }
        ) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send(Self.post(image))
            #expect(try await client.response().status == 504)
            let record = try await proxy.records(1)[0]
            #expect(record.failure?.cause == "deadline")
            #expect(record.http?.status == 504)
            #expect(record.verdict == nil)
            try await eventually("the permit") { try await Self.metric("portcullis_inspections_running", proxy) == 0 }
        }
        await upstream.stop()
    }

    @Test("an answer leaves only after its record is safe, and not at all when it is lost")
    func durable() async throws {
        let scores = scores
        let upstream = try await ProxyUpstream.start { _ in scores }
        let image = try Self.png()
        let sink = RecordingSink(acknowledgesLater: true)
        try await ProxyHarness.run(policy: Self.policy(), upstreamPort: upstream.port, sink: sink) { proxy in
            for request in [Self.post(image), Array("GET /x HTTP/1.1\r\nHost: h\r\n\r\n".utf8)] {
                let client = try await ProxyClient.connect(proxy.ports.data)
                client.send(request)
                try await eventually("the record") { sink.waiting == 1 }
                #expect(client.byteCount == 0)
                sink.acknowledgeAll(true)
                #expect(try await client.response().status == 200)
                client.send(request)
                try await eventually("the next record") { sink.waiting == 1 }
                sink.acknowledgeAll(true)
                #expect(try await client.response().status == 200)
            }
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send(Self.post(image))
            try await eventually("the record") { sink.waiting == 1 }
            sink.acknowledgeAll(false)
            try await client.untilClosed()
            #expect(client.byteCount == 0)
        }
        await upstream.stop()
    }

    @Test("a full audit log is 503 where the policy says so")
    func auditFull() async throws {
        let scores = scores
        let upstream = try await ProxyUpstream.start { _ in scores }
        let image = try Self.png()
        for (failures, status) in [
            ("{undecodable: reject, audit: reject}", 503), ("{undecodable: reject, audit: forward}", 200),
        ] {
            try await ProxyHarness.run(
                policy: Self.policy(failures: failures), upstreamPort: upstream.port, sink: RecordingSink(refuses: true)
            ) { proxy in
                let client = try await ProxyClient.connect(proxy.ports.data)
                client.send(Self.post(image))
                #expect(try await client.response().status == status)
                #expect(try await Self.metric("portcullis_audit_dropped_total", proxy) == 1)
            }
        }
        await upstream.stop()
    }

    @Test("the admin port answers probes and says what it does not know")
    func admin() async throws {
        let scores = scores
        let upstream = try await ProxyUpstream.start { _ in scores }
        try await ProxyHarness.run(policy: Self.policy(), upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.admin)
            for (path, status, text) in [
                ("/livez", 200, "ok"), ("/readyz", 200, "ready"), ("/readyz?verbose", 200, "[+] upstream"),
                ("/version", 200, "portcullis"), ("/metrics", 200, "portcullis_requests_total{"), ("/nothing", 404, ""),
            ] {
                client.send("GET \(path) HTTP/1.1\r\nHost: h\r\n\r\n")
                let response = try await client.response()
                #expect(response.status == status, "\(path)")
                #expect(text.isEmpty || response.body.contains(text), "\(path)")
            }
        }
        await upstream.stop()
    }
}
