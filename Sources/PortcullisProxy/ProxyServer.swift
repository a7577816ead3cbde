package import AdmissionPolicy
package import GuardPipeline
package import Logging
internal import NIOCore
internal import NIOPosix
internal import PixelCore
internal import ServiceLifecycle
internal import Synchronization

/// Where a running proxy listens.
package struct ListeningPorts: Hashable, Sendable {
    /// For clients.
    package let data: Int
    /// For probes and metrics.
    package let admin: Int
}

/// Why a proxy did not start.
package enum ProxyStartError: Error, Hashable, Sendable {
    /// The address could not be listened on.
    case listen(host: String, port: Int, detail: String)
    /// The server ended before it listened.
    case ended
}

/// The guard in front of one upstream: the data port, the admin port, and everything in between.
///
/// A service: `run()` listens until it is told to stop, by `shutdown()`, by graceful shutdown of its service group, or
/// by cancellation; then it drains. The sink is flushed last and belongs to the caller.
package final class ProxyServer: Service {
    private enum Listening {
        case notYet([CheckedContinuation<ListeningPorts, any Error>])
        case at(ListeningPorts)
        case ended(any Error)
    }

    private let shared: ProxyShared
    private let listening = Mutex(Listening.notYet([]))
    private let stop = AsyncStream.makeStream(of: Void.self)

    /// A proxy that is not yet listening.
    ///
    /// - Parameters:
    ///   - policy: which routes are guarded, and how.
    ///   - requestGuard: stages 3 to 8.
    ///   - executor: the threads that the guard runs on.
    ///   - sink: takes one record for each request.
    package init(
        configuration: ProxyConfiguration, policy: PolicyPlan, requestGuard: RequestGuard, executor: PixelExecutor,
        sink: any RecordSink, logger: Logger
    ) {
        shared = ProxyShared(
            configuration: configuration, policy: policy, requestGuard: requestGuard, executor: executor, sink: sink,
            logger: logger)
    }

    /// The ports, once `run()` listens on both. Throws what `run()` throws when it ends before.
    package func ports() async throws -> ListeningPorts {
        try await withCheckedThrowingContinuation { continuation in
            let settled = listening.withLock { state -> Result<ListeningPorts, any Error>? in
                switch state {
                case .notYet(let waiting):
                    state = .notYet(waiting + [continuation])
                    return nil
                case .at(let ports): return .success(ports)
                case .ended(let error): return .failure(error)
                }
            }
            if let settled { continuation.resume(with: settled) }
        }
    }

    /// Starts stopping: readiness goes down, requests in flight are waited for, `run()` returns.
    package func shutdown() {
        shared.startDraining()
        stop.continuation.finish()
    }

    /// Listens until told to stop, then drains. Throws `ProxyStartError` when a port cannot be had.
    package func run() async throws {
        do {
            try await listenAndServe()
            settle(.failure(ProxyStartError.ended))
        } catch {
            settle(.failure(error))
            throw error
        }
    }

    private func listenAndServe() async throws {
        MemoryReturn.apply()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, shared.configuration.eventLoops))
        let plane: DataPlane
        do {
            plane = try await DataPlane.start(group: group, shared: shared)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
        var failure: (any Error)?
        do { try await serve(plane) } catch { failure = error }
        try? await group.shutdownGracefully()
        // Channels that close late still find what their loop owns.
        withExtendedLifetime(plane) {}
        await shared.sink.flush()
        if let failure { throw failure }
    }

    /// The admin server comes first, because a group stops its services from the last to the first: probes are
    /// answered until the drain is over.
    private func serve(_ plane: DataPlane) async throws {
        let configuration = shared.configuration
        let admin = AdminServer(shared: shared, plane: plane) { port in
            self.settle(.success(ListeningPorts(data: plane.port, admin: port)))
        }
        let traffic = Traffic(plane: plane, stop: stop.stream, onStop: shutdown)
        let canaries = CanaryRunner(
            canaries: configuration.canaries, interval: configuration.canaryInterval, plane: plane)
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
            .init(service: admin), .init(service: traffic, successTerminationBehavior: .gracefullyShutdownGroup),
        ]
        if !canaries.canaries.isEmpty { services.append(.init(service: canaries)) }
        var group = ServiceGroupConfiguration(services: services, logger: shared.logger)
        // Past the drain, an admin client that stays connected does not keep the process.
        group.maximumGracefulShutdownDuration = configuration.drainDelay + configuration.drainTimeout + .seconds(2)
        try await ServiceGroup(configuration: group).run()
    }

    private func settle(_ result: Result<ListeningPorts, any Error>) {
        let waiting = listening.withLock { state -> [CheckedContinuation<ListeningPorts, any Error>] in
            guard case .notYet(let waiting) = state else { return [] }
            switch result {
            case .success(let ports): state = .at(ports)
            case .failure(let error): state = .ended(error)
            }
            return waiting
        }
        for continuation in waiting { continuation.resume(with: result) }
    }
}

/// Lets the data plane work until it is told to stop, then drains it.
private struct Traffic: Service {
    let plane: DataPlane
    let stop: AsyncStream<Void>
    let onStop: @Sendable () -> Void

    func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            for await _ in stop {}
        } onCancelOrGracefulShutdown: {
            onStop()
        }
        await plane.drain()
    }
}
