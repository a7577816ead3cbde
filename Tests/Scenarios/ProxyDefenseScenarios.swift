import AuditTrail
import ImageCodecs
import PixelCore
import PortcullisProxy
import Testing

/// Pipelines and regions of a policy, through a live proxy: what the model gets is what the policy says.
@Suite("proxy: defenses", .serialized)
struct ProxyDefenseScenarios {
    private static func policy(forward: String, regions: String = "{}") -> String {
        """
        version: 1
        name: defended
        mode: enforce
        unmatched: deny
        routes:
          - name: images
            match: {methods: [POST], paths: ["/predict/**"]}
            scores: auto
            regions: \(regions)
            forward: \(forward)
            rules: [{name: large, when: {pixels_above: 1 MP}, then: reject}]
        """
    }

    private static func noise(width: Int, height: Int) throws -> [UInt8] {
        let shape = try #require(PixelShape(width: width, height: height, channels: 3))
        var generator = ChaChaGenerator(key: [7])
        let samples = (0..<shape.sampleCount).map { _ in UInt8(truncatingIfNeeded: generator.nextWord()) }
        guard let pixels = PixelBuffer(shape: shape, adopting: samples) else {
            Issue.record("the samples do not fit their shape")
            return []
        }
        return try ImageEncoder.encode(Image(pixels), as: .png(.stored))
    }

    private static func decode(_ bytes: [UInt8]) throws -> (shape: PixelShape, samples: [UInt8]) {
        let limits = DecodeLimits(
            encodedBytes: 1 << 24, width: 4096, height: 4096, pixels: 1 << 20, workingBytes: 1 << 24,
            progressiveScans: 10, ancillaryBytes: 1 << 20)
        let image = try ImageDecoder(limits: limits, options: DecodeOptions(orientation: .ignore))
            .decode(bytes, cancellation: CancellationFlag()).image
        return (image.shape, image.withSamples { span in (0..<span.count).map { span[$0] } })
    }

    @Test("a region's pipeline reaches the model there and nowhere else; a page without the region is refused")
    func regions() async throws {
        let upstream = try await ProxyUpstream.start { _ in .json("{\"cat\":0.9,\"dog\":0.1}") }
        let policy = Self.policy(
            forward: "{pixels: sanitized, format: png}",
            regions: "{amount: {x: 4, y: 6, width: 10, height: 8, anchor: top-right, pipeline: [\"binarize\"]}}")
        try await ProxyHarness.run(policy: policy, upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            let sent = try Self.noise(width: 40, height: 30)
            client.send(ProxyInspectedScenarios.post(sent))
            #expect(try await client.response().status == 200)
            let before = try Self.decode(sent)
            let after = try Self.decode(try #require(upstream.requests.first).body)
            #expect(after.shape == before.shape)
            for i in before.samples.indices {
                let (x, y) = (i / 3 % 40, i / 3 / 40)
                let isInside = (26..<36).contains(x) && (6..<14).contains(y)
                #expect(isInside ? [0, 255].contains(after.samples[i]) : after.samples[i] == before.samples[i])
            }
            client.send(ProxyInspectedScenarios.post(try Self.noise(width: 40, height: 6)))
            let refused = try await client.response()
            #expect(refused.status == 422)
            #expect(refused.body.contains("PC-IMG-001"))
            #expect(try await proxy.records(2)[1].reasonCodes == ["failure.undecodable"])
            #expect(upstream.requests.count == 1)
        }
        await upstream.stop()
    }

    @Test(
        "a recommended pipeline can be named, and its record says what was forwarded", arguments: ["photo", "document"])
    func recommended(name: String) async throws {
        let upstream = try await ProxyUpstream.start { _ in .json("{\"cat\":0.9,\"dog\":0.1}") }
        let policy = Self.policy(forward: "{pixels: sanitized, format: png, pipeline: \(name)}")
        try await ProxyHarness.run(policy: policy, upstreamPort: upstream.port) { proxy in
            let client = try await ProxyClient.connect(proxy.ports.data)
            let sent = try Self.noise(width: 64, height: 48)
            client.send(ProxyInspectedScenarios.post(sent))
            #expect(try await client.response().status == 200)
            let after = try Self.decode(try #require(upstream.requests.first).body)
            #expect(after.samples != (try Self.decode(sent)).samples)
            if name == "document" { #expect(Set(after.samples) == [0, 255]) }
            #expect(try await proxy.records(1)[0].images.first?.forwarded?.pixels == "sanitized")
        }
        await upstream.stop()
    }
}
