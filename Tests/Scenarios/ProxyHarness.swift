import AdmissionPolicy
import AuditTrail
import ClassifierProtocols
import GuardPipeline
import Logging
import NIOCore
import NIOPosix
import PixelCore
import PortcullisProxy
import Synchronization
import Testing

/// Remembers records; may refuse them, or acknowledge when told.
final class RecordingSink: RecordSink {
    private let state = Mutex<(records: [AuditRecord], waiting: [@Sendable (Bool) -> Void])>(([], []))
    let acknowledgesLater: Bool
    private let refuses: Bool

    init(acknowledgesLater: Bool = false, refuses: Bool = false) {
        self.acknowledgesLater = acknowledgesLater
        self.refuses = refuses
    }

    var records: [AuditRecord] { state.withLock { $0.records } }
    var waiting: Int { state.withLock { $0.waiting.count } }
    var isHealthy: Bool { !refuses }

    func submit(_ record: AuditRecord, acknowledge: (@Sendable (Bool) -> Void)?) -> Bool {
        if refuses { return false }
        state.withLock {
            $0.records.append(record)
            if let acknowledge { $0.waiting.append(acknowledge) }
        }
        return true
    }

    func acknowledgeAll(_ isSafe: Bool) {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for acknowledge in waiting { acknowledge(isSafe) }
    }

    func flush() async {}
}

/// A running proxy in front of an upstream.
struct RunningProxy: Sendable {
    let server: ProxyServer
    let ports: ListeningPorts
    let sink: RecordingSink

    /// The records of requests; waits until there are `count`.
    func records(_ count: Int) async throws -> [AuditRecord] {
        try await eventually("\(count) records") { sink.records.count >= count }
        return sink.records
    }
}

enum ProxyHarness {
    /// Runs `body` against a proxy with `policy` (YAML) in front of `upstreamPort`, then stops it.
    static func run(
        policy: String, upstreamPort: Int, sink: RecordingSink = RecordingSink(),
        configure: (inout ProxyConfiguration) -> Void = { _ in },
        _ body: (RunningProxy) async throws -> Void
    ) async throws {
        var configuration = ProxyConfiguration(upstream: UpstreamAddress(host: "127.0.0.1", port: upstreamPort))
        configuration.listenPort = 0
        configuration.adminPort = 0
        configuration.eventLoops = 1
        configuration.pixelThreads = 1
        configuration.drainTimeout = .milliseconds(500)
        configure(&configuration)
        var logger = Logger(label: "proxy-scenario")
        logger.logLevel = .error
        let plan = try PolicyLoader.load(bytes: Array(policy.utf8), origin: "test")
        let executor = PixelExecutor(threads: 1)
        let server = ProxyServer(
            configuration: configuration, policy: plan,
            requestGuard: RequestGuard(
                key: .ephemeral(), budget: CallBudget(concurrentCopies: 8), reader: HTTPAnswerReader()),
            executor: executor, sink: sink, logger: logger)
        let running = Task { try await server.run() }
        do {
            let ports = try await server.ports()
            try await body(RunningProxy(server: server, ports: ports, sink: sink))
        } catch {
            server.shutdown()
            _ = try? await running.value
            executor.shutdown()
            throw error
        }
        server.shutdown()
        try await running.value
        executor.shutdown()
    }
}

struct ScenarioTimeout: Error, CustomStringConvertible {
    let description: String
}

/// Polls until `condition` holds, for two minutes at most: a loaded machine starts processes slowly.
///
/// A test that did not get a thread in all that time still looks once more before it gives up.
func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(120)
    var isLate = false
    while !isLate {
        isLate = ContinuousClock.now >= end
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    throw ScenarioTimeout(description: "waited in vain for \(what)")
}

/// Waits until `value` has not changed for 200 ms.
func settled(_ value: () -> Int) async throws {
    var last = -1
    var same = 0
    try await eventually("a value to settle") {
        let now = value()
        same = now == last ? same + 1 : 0
        last = now
        return same > 40
    }
}
