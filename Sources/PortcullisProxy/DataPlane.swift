internal import NIOCore
internal import NIOPosix
internal import PixelCore
internal import Synchronization

/// The listener and the event loops behind it.
final class DataPlane: Sendable {
    /// One event loop: what it owns, and when it last ran.
    struct Loop: Sendable {
        let eventLoop: any EventLoop
        let context: NIOLoopBound<LoopContext>
        let metrics: LoopMetrics
        let heartbeat: Heartbeat
    }

    let shared: ProxyShared
    let loops: [Loop]
    private let listener: any Channel

    private init(shared: ProxyShared, loops: [Loop], listener: any Channel) {
        self.shared = shared
        self.loops = loops
        self.listener = listener
    }

    /// The port that is listened on.
    var port: Int { listener.localAddress?.port ?? 0 }

    /// Binds the listener and makes what each loop owns.
    static func start(group: MultiThreadedEventLoopGroup, shared: ProxyShared) async throws -> DataPlane {
        var loops: [Loop] = []
        var byLoop: [ObjectIdentifier: Loop] = [:]
        for eventLoop in group.makeIterator() {
            let loop = try await makeLoop(eventLoop, shared: shared)
            loops.append(loop)
            byLoop[ObjectIdentifier(eventLoop)] = loop
        }
        let contexts = byLoop
        let configuration = shared.configuration
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(
                .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 2048, initial: 16384, maximum: 65536)
            )
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 65536, high: 131_072))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let loop = contexts[ObjectIdentifier(channel.eventLoop)]?.context.value, !loop.isFull else {
                        contexts[ObjectIdentifier(channel.eventLoop)]?.metrics.countShed(.connections)
                        // The channel closes.
                        throw ChannelError.operationUnsupported
                    }
                    try channel.pipeline.syncOperations.addHandler(ClientConnection(loop: loop))
                }
            }
        do {
            let listener = try await bootstrap.bind(host: configuration.listenHost, port: configuration.listenPort)
                .get()
            return DataPlane(shared: shared, loops: loops, listener: listener)
        } catch {
            throw ProxyStartError.listen(
                host: configuration.listenHost, port: configuration.listenPort, detail: "\(error)")
        }
    }

    private static func makeLoop(_ eventLoop: any EventLoop, shared: ProxyShared) async throws -> Loop {
        let metrics = LoopMetrics(labels: shared.labels)
        let heartbeat = Heartbeat()
        var system = SystemRandomNumberGenerator()
        let key = (0..<32).map { _ in UInt8.random(in: 0...255, using: &system) }
        let context = try await eventLoop.submit {
            let context = LoopContext(
                eventLoop: eventLoop, shared: shared, metrics: metrics, generator: ChaChaGenerator(key: key))
            heartbeat.start(on: eventLoop)
            return NIOLoopBound(context, eventLoop: eventLoop)
        }.get()
        return Loop(eventLoop: eventLoop, context: context, metrics: metrics, heartbeat: heartbeat)
    }

    // MARK: Stopping

    /// Stops taking connections, waits for what is in flight, then closes what is left.
    func drain() async {
        let configuration = shared.configuration
        if configuration.drainDelay > .zero { try? await Task.sleep(for: configuration.drainDelay) }
        try? await listener.close()
        for loop in loops { loop.eventLoop.execute { loop.context.value.drain() } }
        let end = ContinuousClock.now + configuration.drainTimeout
        while ContinuousClock.now < end, await inFlight() > 0 {
            // Cancellation is the second signal: it ends the waiting.
            guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { break }
        }
        for loop in loops {
            _ = try? await loop.eventLoop.submit {
                loop.context.value.closeAll()
                loop.heartbeat.stop()
            }.get()
        }
        // What was just broken off still has its records to write.
        let grace = ContinuousClock.now + .seconds(1)
        while ContinuousClock.now < grace, shared.openTasks > 0 {
            guard (try? await Task.sleep(for: .milliseconds(5))) != nil else { break }
        }
    }

    /// Client connections and inspection tasks that are still open.
    private func inFlight() async -> Int {
        var count = shared.openTasks
        for loop in loops {
            count += (try? await loop.eventLoop.submit { loop.context.value.clientCount }.get()) ?? 0
        }
        return count
    }
}

/// When an event loop last ran, seen from outside it.
final class Heartbeat: Sendable {
    private let last = Atomic<UInt64>(NIODeadline.now().uptimeNanoseconds)
    private let task = Mutex<RepeatedTask?>(nil)

    /// Beats twice a second on `eventLoop`.
    func start(on eventLoop: any EventLoop) {
        let repeated = eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(500)) { _ in
            self.last.store(NIODeadline.now().uptimeNanoseconds, ordering: .relaxed)
        }
        task.withLock { $0 = repeated }
    }

    /// Stops beating.
    func stop() {
        task.withLock { $0?.cancel() }
    }

    /// Seconds since the last beat.
    var ageSeconds: Double {
        Double(NIODeadline.now().uptimeNanoseconds &- last.load(ordering: .relaxed)) / 1e9
    }
}
