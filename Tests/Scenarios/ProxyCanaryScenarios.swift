import AdmissionPolicy
import AuditTrail
import PortcullisProxy
import Synchronization
import Testing

/// Images of known verdict that the proxy sends through itself.
@Suite("proxy: canaries", .serialized)
struct ProxyCanaryScenarios {
    private static func canary(
        path: String = "/predict/x", verdict: VerdictKind = .forward, label: String? = "cat"
    ) throws -> Canary {
        Canary(
            name: "clean.png", path: path, mediaType: "image/png", bytes: try ProxyInspectedScenarios.png(),
            verdict: verdict, label: label)
    }

    private static func events(_ sink: RecordingSink, _ event: String) -> [AuditRecord] {
        sink.records.filter { $0.event == event }
    }

    @Test("a model that changed unseen is told by its canaries, and only then")
    func mismatch() async throws {
        let isChanged = Atomic<Bool>(false)
        let upstream = try await ProxyUpstream.start { _ in
            .json(isChanged.load(ordering: .relaxed) ? "{\"cat\":0.2,\"dog\":0.8}" : "{\"cat\":0.9,\"dog\":0.1}")
        }
        let canary = try Self.canary()
        try await ProxyHarness.run(
            policy: ProxyInspectedScenarios.policy(), upstreamPort: upstream.port,
            configure: {
                $0.canaries = [canary]
                $0.canaryInterval = .milliseconds(20)
            }
        ) { proxy in
            try await eventually("three canaries") { upstream.requests.count >= 3 }
            #expect(Self.events(proxy.sink, "canary-mismatch").isEmpty)
            let seen = try #require(upstream.requests.first)
            #expect(seen.uri == "/predict/x")
            #expect(seen.first("Content-Type") == "image/png")
            isChanged.store(true, ordering: .relaxed)
            try await eventually("a mismatch") { !Self.events(proxy.sink, "canary-mismatch").isEmpty }
            let details = try #require(Self.events(proxy.sink, "canary-mismatch").first).details
            #expect(details["expected_label"] == .text("cat"))
            #expect(details["label"] == .text("dog"))
            #expect(details["name"] == .text("clean.png"))
        }
    }

    @Test("a canary whose verdict changed, or that cannot be judged, is told")
    func verdictAndFailure() async throws {
        let upstream = try await ProxyUpstream.start { _ in .json("{\"cat\":0.9,\"dog\":0.1}") }
        let flagged = try Self.canary(verdict: .reject)
        let lost = try Self.canary(path: "/elsewhere")
        try await ProxyHarness.run(
            policy: ProxyInspectedScenarios.policy(), upstreamPort: upstream.port,
            configure: {
                $0.canaries = [flagged, lost]
                $0.canaryInterval = .milliseconds(10)
            }
        ) { proxy in
            try await eventually("both events") {
                !Self.events(proxy.sink, "canary-mismatch").isEmpty && !Self.events(proxy.sink, "canary-failed").isEmpty
            }
            let details = try #require(Self.events(proxy.sink, "canary-mismatch").first).details
            #expect(details["expected_verdict"] == .text("reject"))
            #expect(details["verdict"] == .text("forward"))
        }
    }
}
