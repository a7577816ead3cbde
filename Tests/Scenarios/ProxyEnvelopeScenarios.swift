import AuditTrail
import Foundation
import ImageCodecs
import PixelCore
import PortcullisProxy
import Testing

/// Images in forms and in JSON, through a live proxy with the real guard.
@Suite("proxy: images in forms and JSON", .serialized)
struct ProxyEnvelopeScenarios {
    private static let scores = UpstreamAction.json("{\"cat\":0.9,\"dog\":0.1}")
    private static let squeezing =
        "[container-integrity, {use: feature-squeezing, squeezers: [\"bit-depth(5)\", \"median(2)\"]}]"

    /// A request body with an image inside, as clients of each protocol write it.
    struct Way: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let type: String
        let before: String
        let after: String
        let isBase64: Bool

        func body(_ image: [UInt8]) -> [UInt8] {
            Array(before.utf8) + (isBase64 ? Array(Data(image).base64EncodedString().utf8) : image) + Array(after.utf8)
        }

        /// The image that the upstream got; nil where anything around it differs.
        func image(in body: [UInt8]) -> [UInt8]? {
            let (head, tail) = (Array(before.utf8), Array(after.utf8))
            guard body.count > head.count + tail.count, body.starts(with: head),
                body.reversed().starts(with: tail.reversed())
            else { return nil }
            let middle = Array(body[head.count..<body.count - tail.count])
            return isBase64 ? Data(base64Encoded: Data(middle)).map { [UInt8]($0) } : middle
        }
    }

    private static let form = "multipart/form-data; boundary=q-1234567"
    static let ways = [
        Way(
            testDescription: "TorchServe form", type: form,
            before:
                "--q-1234567\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n",
            after: "\r\n--q-1234567--\r\n", isBase64: false),
        Way(
            testDescription: "FastAPI form with a field", type: form,
            before: "--q-1234567\r\nContent-Disposition: form-data; name=\"top_k\"\r\n\r\n5\r\n--q-1234567\r\n"
                + "Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n",
            after: "\r\n--q-1234567--\r\n", isBase64: false),
        Way(
            testDescription: "TensorFlow Serving", type: "application/json", before: "{\"instances\": [{\"b64\": \"",
            after: "\"}]}", isBase64: true),
        Way(
            testDescription: "KServe v1, no type worth the name", type: "text/plain",
            before: "{\"instances\":[{\"image_bytes\":{\"b64\":\"", after: "\"}}]}", isBase64: true),
        Way(
            testDescription: "Hugging Face", type: "application/json", before: "{\"inputs\":\"",
            after: "\",\"parameters\":{\"top_k\":5}}", isBase64: true),
        Way(
            testDescription: "Open Inference Protocol, BYTES", type: "application/json",
            before: "{\"id\":\"7\",\"inputs\":[{\"name\":\"image\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"",
            after: "\"]}]}", isBase64: true),
        Way(
            testDescription: "chat with a data address", type: "application/json",
            before:
                "{\"messages\":[{\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,",
            after: "\"}}]}]}", isBase64: true),
    ]

    /// A picture on which squeezing changes every sample.
    private static func picture(_ side: Int = 20) throws -> [UInt8] {
        let shape = try #require(PixelShape(width: side, height: side, channels: 3))
        var pixels = PixelBuffer(shape: shape)
        pixels.withMutableSamples { for i in 0..<$0.count { $0[i] = UInt8(i * 37 & 255) } }
        return try ImageEncoder.encode(Image(pixels), as: .png(.fast))
    }

    @Test("the model gets a defended image in the form that it was sent in, and so do copies", arguments: ways)
    func forwarded(way: Way) async throws {
        let upstream = try await ProxyUpstream.start { _ in Self.scores }
        let image = try Self.picture()
        let policy = ProxyInspectedScenarios.policy(detectors: Self.squeezing)
        try await ProxyHarness.run(policy: policy, upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send(ProxyInspectedScenarios.post(way.body(image), type: way.type))
            let response = try await client.response()
            #expect(response.status == 200)
            #expect(response.first("Portcullis-Verdict") == "forward")
            let record = try #require(try await proxy.records(1).first)
            #expect(record.images.first?.width == 20)
            #expect(record.images.first?.forwarded?.pixels == "sanitized")
        }
        // The forwarded one and two copies, each of them a picture of its own in the same envelope.
        let sent = upstream.requests.map { way.image(in: $0.body) }
        #expect(sent.count == 3)
        for body in sent {
            let image = try #require(body)
            #expect(ImageSniffer.detect(image.span) == .png)
        }
        #expect(Set(sent.compactMap(\.self)).count == 3)
        #expect(upstream.requests.allSatisfy { $0.first("Content-Type") == way.type })
        await upstream.stop()
    }

    @Test("a verdict falls on an image in any form", arguments: ways)
    func rejected(way: Way) async throws {
        let upstream = try await ProxyUpstream.start { _ in Self.scores }
        try await ProxyHarness.run(policy: ProxyInspectedScenarios.policy(), upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send(ProxyInspectedScenarios.post(way.body(try Self.picture(120)), type: way.type))
            let response = try await client.response()
            #expect(response.status == 403)
            #expect(try await proxy.records(1).first?.reasonCodes == ["big"])
        }
        #expect(upstream.requests.isEmpty)
        await upstream.stop()
    }

    @Test("monitoring sends every form on byte for byte", arguments: ways)
    func monitored(way: Way) async throws {
        let upstream = try await ProxyUpstream.start { _ in Self.scores }
        let body = way.body(try Self.picture(120))
        let policy = ProxyInspectedScenarios.policy(mode: "monitor")
        try await ProxyHarness.run(policy: policy, upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send(ProxyInspectedScenarios.post(body, type: way.type))
            let response = try await client.response()
            #expect(response.status == 200)
            #expect(upstream.requests.first?.body == body)
            #expect(try await proxy.records(1).first?.wouldBeVerdict == "reject")
        }
        await upstream.stop()
    }

    @Test("what nobody could look at is refused with what to do, or monitored as it came")
    func refused() async throws {
        let upstream = try await ProxyUpstream.start { _ in Self.scores }
        let text = Data(try Self.picture()).base64EncodedString()
        let bodies = [
            "{\"a\":\"\(text)\",\"b\":\"\(text)\"}",
            "{\"a\":\"\(text)\",\"image_url\":\"http://169.254.169.254/x.png\"}",
            "{\"a\":\"\(text)\",\"a\":\"x\"}", "{\"inputs\":[\((0..<400).map { "\($0)" }.joined(separator: ","))]}",
        ]
        try await ProxyHarness.run(policy: ProxyInspectedScenarios.policy(), upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            for body in bodies {
                client.send(ProxyInspectedScenarios.post(Array(body.utf8), type: "application/json"))
                let response = try await client.response()
                #expect(response.status == 422)
                #expect(response.body.contains("PC-TYPE-003"))
            }
            #expect(try await proxy.records(4).allSatisfy { $0.verdict == "reject" })
        }
        #expect(upstream.requests.isEmpty)
        let policy = ProxyInspectedScenarios.policy(mode: "monitor")
        try await ProxyHarness.run(policy: policy, upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            client.send(ProxyInspectedScenarios.post(Array(bodies[0].utf8), type: "application/json"))
            #expect(try await client.response().status == 200)
            #expect(upstream.requests.last?.body == Array(bodies[0].utf8))
            #expect(try await proxy.records(1).first?.wouldBeVerdict == "reject")
        }
        await upstream.stop()
    }
}
