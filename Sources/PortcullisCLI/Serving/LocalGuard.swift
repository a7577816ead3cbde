import AdmissionPolicy
import AuditTrail
import Foundation
import Logging
import PortcullisProxy
import ServiceLifecycle
import Synchronization
import UnixSignals

/// A guard on loopback in front of the embedded model or of one that runs already, for the time of one command.
struct LocalGuard: Sendable {
    /// Where things are while they run.
    struct Addresses: Sendable {
        /// The model, unguarded.
        let model: WebAddress
        /// The guard.
        let guarded: WebAddress
        /// The guard's admin server.
        let admin: WebAddress
        /// The folder of the guard's log.
        let auditDirectory: String
    }

    /// Ports; 0 lets the system choose.
    var modelPort = 0
    /// Ports; 0 lets the system choose.
    var guardPort = 0
    /// Ports; 0 lets the system choose.
    var adminPort = 0
    /// The model that is guarded; nil starts the embedded one on loopback.
    var upstream: UpstreamAddress?
    /// Carried out as it is.
    let policy: PolicyPlan
    /// Takes the log and the key, and is left in place.
    let folder: String

    /// Starts the guard, and the embedded model where it is wanted, runs `body`, stops them. SIGINT and SIGTERM cancel
    /// `body`.
    ///
    /// Throws `CommandFailure` where one of them cannot listen, and what `body` throws.
    func run<Result: Sendable>(_ body: @escaping @Sendable (Addresses) async throws -> Result) async throws -> Result {
        var quiet = ServeSettings()
        quiet.logLevel = "error"
        let logger = LineLogHandler.logger(quiet)
        let result = ResultBox<Result>()
        if let upstream {
            do {
                try await guarding(upstream, logger: logger, body: body, result: result)
            } catch {
                throw GuardAssembly.failure(error)
            }
            return try result.get()
        }
        let modelReady = Announcement()
        let model = DemoModelServer(
            model: try EmbeddedModel(), listen: ListenAddress(host: "127.0.0.1", port: modelPort), logger: logger
        ).service { modelReady.announce($0) }
        let modelGroup = ServiceGroup(configuration: ServiceGroupConfiguration(services: [model], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await modelGroup.run() }
            tasks.addTask {
                let model = UpstreamAddress(host: "127.0.0.1", port: await modelReady.value())
                try await guarding(model, logger: logger, body: body, result: result)
                await modelGroup.triggerGracefulShutdown()
            }
            do {
                try await tasks.waitForAll()
            } catch {
                modelReady.announce(0)
                tasks.cancelAll()
                throw GuardAssembly.failure(error)
            }
        }
        return try result.get()
    }

    private func guarding<Result: Sendable>(
        _ model: UpstreamAddress, logger: Logger, body: @escaping @Sendable (Addresses) async throws -> Result,
        result: ResultBox<Result>
    ) async throws {
        let assembly = try GuardAssembly(
            settings: settings, upstream: model, policy: policy, logger: logger)
        let work = BodyService {
            let ports = try await assembly.server.ports()
            let addresses = Addresses(
                model: WebAddress(host: model.host, port: model.port),
                guarded: WebAddress(host: "127.0.0.1", port: ports.data),
                admin: WebAddress(host: "127.0.0.1", port: ports.admin), auditDirectory: settings.auditDirectory)
            result.set(try await body(addresses))
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: assembly.server),
                    .init(
                        service: work, successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .gracefullyShutdownGroup),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        do {
            try await group.run()
        } catch {
            await assembly.close()
            throw error
        }
        await assembly.close()
    }

    private var settings: ServeSettings {
        var settings = ServeSettings()
        settings.listen = ListenAddress(host: "127.0.0.1", port: guardPort)
        settings.admin = ListenAddress(host: "127.0.0.1", port: adminPort)
        settings.auditDirectory = folder + "/audit"
        settings.keyFile = folder + "/deployment.key"
        settings.auditFsync = .never
        settings.drainTimeout = .seconds(5)
        return settings
    }
}

/// Runs a closure once; graceful shutdown cancels it.
private struct BodyService: Service {
    let body: @Sendable () async throws -> Void

    func run() async throws {
        try await cancelWhenGracefulShutdown(body)
    }
}

/// A value that is made once and waited for by others.
private final class Announcement: Sendable {
    private let stream = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingOldest(1))

    func announce(_ value: Int) {
        stream.continuation.yield(value)
        stream.continuation.finish()
    }

    func value() async -> Int {
        for await value in stream.stream { return value }
        return 0
    }
}

/// What the body gave, for after the shutdown.
private final class ResultBox<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)

    func set(_ new: Value) { value.withLock { $0 = new } }

    func get() throws -> Value {
        guard let value = value.withLock({ $0 }) else { throw CancellationError() }
        return value
    }
}
