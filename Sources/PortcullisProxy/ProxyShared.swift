internal import AdmissionPolicy
internal import AuditTrail
internal import GuardPipeline
internal import Logging
internal import NIOCore
internal import PixelCore
internal import Synchronization

/// What all event loops share. Immutable, or safe to touch from anywhere.
final class ProxyShared: Sendable {
    let configuration: ProxyConfiguration
    let policy: PolicyPlan
    let labels: RouteLabels
    let policyReference: AuditRecord.PolicyReference
    let requestGuard: RequestGuard
    let executor: PixelExecutor
    let sink: any RecordSink
    let admission: AdmissionControl
    let bodyBudget: BodyBudget
    let drift: DriftWatch
    let canaries: CanaryTally
    let logger: Logger
    /// The upstream as a `Host` field would name it.
    let upstreamHost: String
    private let routes: [RouteEntry]
    private let draining = Atomic<Bool>(false)
    private let tasks = Atomic<Int>(0)

    init(
        configuration: ProxyConfiguration, policy: PolicyPlan, requestGuard: RequestGuard, executor: PixelExecutor,
        sink: any RecordSink, logger: Logger
    ) {
        self.configuration = configuration
        self.policy = policy
        self.requestGuard = requestGuard
        self.executor = executor
        self.sink = sink
        self.logger = logger
        let upstream = configuration.upstream
        upstreamHost = (upstream.host.contains(":") ? "[\(upstream.host)]" : upstream.host) + ":\(upstream.port)"
        labels = RouteLabels(policy: policy)
        drift = DriftWatch(policy: policy)
        canaries = CanaryTally()
        policyReference = AuditRecord.PolicyReference(name: policy.name, sha256: policy.sha256)
        routes = policy.routes.enumerated().map { RouteEntry(plan: $0.element, index: $0.offset) }
        let limits = configuration.limits
        admission = AdmissionControl(
            running: limits.runningInspections, queued: limits.queuedInspections,
            bytes: limits.decodeBytesPerThread * max(1, configuration.pixelThreads))
        bodyBudget = BodyBudget(
            limit: limits.bodyBudgetBytes, sharePercent: limits.bodySharePercent,
            largest: policy.routes.map(\.bodyBytes).max() ?? 0)
    }

    /// What a record that cannot be written leads to where no route says.
    var unmatchedAuditFailure: VerdictKind {
        policy.routes.contains { $0.failures.audit == .reject } ? .reject : .forward
    }

    /// The first route that takes the request.
    func route(method: String, path: String, host: String?) -> RouteEntry? {
        guard let plan = policy.route(method: method, path: path, host: host) else { return nil }
        // Names are unique in a policy.
        return routes.first { $0.plan.name == plan.name }
    }

    /// True once the server is stopping: answers close their connections.
    var isDraining: Bool { draining.load(ordering: .relaxed) }

    /// Starts stopping.
    func startDraining() { draining.store(true, ordering: .relaxed) }

    /// Inspection tasks that have not ended, tails of monitored requests included.
    var openTasks: Int { tasks.load(ordering: .relaxed) }

    func taskStarted() { tasks.add(1, ordering: .relaxed) }
    func taskEnded() { tasks.subtract(1, ordering: .relaxed) }
}

/// What one event loop owns. Touched on that loop alone.
final class LoopContext {
    let eventLoop: any EventLoop
    let shared: ProxyShared
    let metrics: LoopMetrics
    let deadlines: ConnectionDeadlines
    let pool: UpstreamPool
    let ingress: Ingress
    let audit: Audit
    let now: () -> NIODeadline
    /// True once the server is stopping: what has its answer closes.
    private(set) var isStopping = false
    private var generator: ChaChaGenerator
    private var clients: [ObjectIdentifier: ClientConnection] = [:]

    init(eventLoop: any EventLoop, shared: ProxyShared, metrics: LoopMetrics, generator: ChaChaGenerator) {
        self.eventLoop = eventLoop
        self.shared = shared
        self.metrics = metrics
        self.generator = generator
        now = { NIODeadline.now() }
        deadlines = ConnectionDeadlines(eventLoop: eventLoop, now: now)
        pool = UpstreamPool(
            eventLoop: eventLoop, configuration: shared.configuration, metrics: metrics, deadlines: deadlines, now: now)
        ingress = Ingress(shared: shared)
        audit = Audit(shared: shared)
    }

    /// A request that arrives now.
    func newTrip() -> Trip {
        Trip(id: AuditID(time: shared.configuration.wallClock(), random: generator.next()), start: now())
    }

    /// Client connections on this loop.
    var clientCount: Int { clients.count }

    /// True when no more connections are taken.
    var isFull: Bool { clients.count >= shared.configuration.limits.connectionsPerLoop }

    func opened(_ client: ClientConnection) {
        clients[ObjectIdentifier(client)] = client
        deadlines.watch(client)
        metrics.opened.add()
    }

    func closed(_ client: ClientConnection) {
        guard clients.removeValue(forKey: ObjectIdentifier(client)) != nil else { return }
        deadlines.unwatch(client)
        metrics.closed.add()
    }

    /// Closes idle client connections; the others close with their answer.
    func drain() {
        isStopping = true
        for client in clients.values { client.drain() }
    }

    /// Closes everything.
    func closeAll() {
        for client in clients.values { client.abort() }
        pool.close()
    }
}
