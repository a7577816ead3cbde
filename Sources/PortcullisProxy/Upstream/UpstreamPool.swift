internal import NIOCore
internal import NIOPosix

/// The upstream connections of one event loop. Nothing here is shared between loops, so nothing is locked.
final class UpstreamPool {
    private let eventLoop: any EventLoop
    private let address: UpstreamAddress
    private let resolved: SocketAddress?
    private let timeouts: ProxyTimeouts
    private let limits: ProxyLimits
    private let metrics: LoopMetrics
    private let now: () -> NIODeadline
    private var idle: [UpstreamConnection] = []
    private var open = 0
    private var isClosing = false
    let deadlines: ConnectionDeadlines

    /// An empty pool.
    init(
        eventLoop: any EventLoop, configuration: ProxyConfiguration, metrics: LoopMetrics,
        deadlines: ConnectionDeadlines, now: @escaping () -> NIODeadline
    ) {
        self.eventLoop = eventLoop
        address = configuration.upstream
        resolved = try? SocketAddress(ipAddress: configuration.upstream.host, port: configuration.upstream.port)
        timeouts = configuration.timeouts
        limits = configuration.limits
        self.metrics = metrics
        self.deadlines = deadlines
        self.now = now
    }

    /// Connections that are open or being made.
    var openCount: Int { open }

    /// An idle connection, the most recently used first; nil when there is none.
    func take() -> UpstreamConnection? {
        while let connection = idle.popLast() {
            if connection.isOpen { return connection }
        }
        return nil
    }

    /// Makes a connection for `user`, who hears of it by `upstreamConnected` or `upstreamFailed`; nil when as many as
    /// are allowed are open.
    func connect(for user: any UpstreamUser) -> UpstreamConnection? {
        guard open < limits.upstreamConnections, !isClosing else { return nil }
        open += 1
        metrics.upstreamConnects.add()
        let connection = UpstreamConnection(pool: self, user: user, limits: limits.upstreamWire)
        let bound = NIOLoopBound(connection, eventLoop: eventLoop)
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(timeouts.connect))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(
                .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 2048, initial: 16384, maximum: 65536)
            )
            .channelOption(.writeBufferWaterMark, value: .init(low: 65536, high: 131_072))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(bound.value) }
            }
        let connecting =
            if let resolved { bootstrap.connect(to: resolved) } else {
                bootstrap.connect(host: address.host, port: address.port)
            }
        connecting.assumeIsolated().whenComplete { [self] result in
            switch result {
            case .success: connection.connected()
            case .failure(let error):
                open -= 1
                connection.failedToConnect(Self.fault(error))
            }
        }
        return connection
    }

    /// Takes back a connection whose answer is complete.
    func release(_ connection: UpstreamConnection) {
        guard idle.count < limits.idleUpstreamConnections, connection.isOpen, !isClosing else {
            connection.close()
            return
        }
        connection.deadline = now() + TimeAmount(timeouts.upstreamKeepAlive)
        idle.append(connection)
    }

    /// A connection is gone.
    func closed(_ connection: UpstreamConnection, wasIdle: Bool) {
        open -= 1
        deadlines.unwatch(connection)
        if wasIdle { idle.removeAll { $0 === connection } }
    }

    /// Closes what is idle and keeps nothing any more.
    func close() {
        isClosing = true
        for connection in idle { connection.close() }
        idle.removeAll()
    }

    private static func fault(_ error: any Error) -> UpstreamFault {
        if case .connectTimeout = error as? ChannelError { return .connectTimeout }
        if let failure = error as? NIOConnectionError {
            let timedOut = failure.connectionErrors.contains {
                if case .connectTimeout = $0.error as? ChannelError { true } else { false }
            }
            return timedOut ? .connectTimeout : .refused(detail: "\(failure.host): no address answered")
        }
        return .refused(detail: "\(error)")
    }
}
