internal import AdmissionPolicy
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle

/// Probes, metrics and the version, on a port of their own.
struct AdminServer: Service {
    let shared: ProxyShared
    let plane: DataPlane
    /// Hears the port.
    let onListening: @Sendable (Int) -> Void

    /// A loop that has not run for this long is stuck.
    private static let stuckSeconds = 3.0

    /// Serves until told to stop.
    func run() async throws {
        let configuration = shared.configuration
        let application = Application(
            router: router(),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.adminHost, port: configuration.adminPort), serverName: nil),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? 0) },
            logger: shared.logger)
        do {
            try await application.run()
        } catch let error as IOError {
            throw ProxyStartError.listen(
                host: configuration.adminHost, port: configuration.adminPort, detail: "\(error)")
        }
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("/livez") { _, _ in live() }
        router.get("/readyz") { request, _ in await ready(isVerbose: request.uri.queryParameters["verbose"] != nil) }
        router.get("/metrics") { _, _ in
            text(
                MetricsText.render(shared: shared, loops: plane.loops), type: "text/plain; version=0.0.4; charset=utf-8"
            )
        }
        router.get("/version") { _, _ in
            text(
                "{\"name\":\"portcullis\",\"version\":\"\(shared.configuration.version)\",\"policy\":\"\(shared.policy.name)\","
                    + "\"policy_sha256\":\"\(shared.policy.sha256)\"}\n",
                type: "application/json")
        }
        return router
    }

    /// 200 while every event loop runs.
    private func live() -> Response {
        let isStuck = plane.loops.contains { $0.heartbeat.ageSeconds > Self.stuckSeconds }
        return text(isStuck ? "stuck\n" : "ok\n", status: isStuck ? .serviceUnavailable : .ok)
    }

    /// 200 while requests are wanted: not stopping, records are written, the upstream can be reached.
    private func ready(isVerbose: Bool) async -> Response {
        let isUpstreamUp = await canReachUpstream()
        let checks: [(name: String, isFine: Bool)] = [
            ("policy", true),
            ("audit", shared.sink.isHealthy),
            ("upstream", isUpstreamUp || shared.configuration.readyWithoutUpstream),
            ("not-draining", !shared.isDraining),
        ]
        let isReady = checks.allSatisfy(\.isFine)
        var body = isReady ? "ready\n" : "not ready\n"
        if isVerbose { for check in checks { body += "[\(check.isFine ? "+" : "-")] \(check.name)\n" } }
        return text(body, status: isReady ? .ok : .serviceUnavailable)
    }

    /// A connection is made and closed; nothing is asked.
    private func canReachUpstream() async -> Bool {
        guard let eventLoop = plane.loops.first?.eventLoop else { return false }
        let address = shared.configuration.upstream
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(shared.configuration.timeouts.connect))
        guard let channel = try? await bootstrap.connect(host: address.host, port: address.port).get() else {
            return false
        }
        try? await channel.close()
        return true
    }

    private func text(_ body: String, status: HTTPResponse.Status = .ok, type: String = "text/plain") -> Response {
        Response(
            status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }
}
