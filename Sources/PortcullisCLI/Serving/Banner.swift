import AdmissionPolicy
import Logging
import PortcullisProxy

/// What `serve` says once it listens.
enum Banner {
    /// Plain lines on standard output, or one JSON log line.
    static func show(settings: ServeSettings, ports: ListeningPorts, policy: PolicyPlan, logger: Logger) {
        let facts = facts(settings: settings, dataPort: ports.data, adminPort: ports.admin, policy: policy)
        switch settings.logFormat {
        case .plain:
            for fact in facts { Terminal.print(pad(fact.name, 10) + fact.value) }
        case .json:
            let metadata = facts.map { ($0.name, Logger.MetadataValue.string($0.value)) }
            logger.notice("listening", metadata: Logger.Metadata(uniqueKeysWithValues: metadata))
        }
    }

    /// Name and value of each line.
    static func facts(
        settings: ServeSettings, dataPort: Int, adminPort: Int, policy: PolicyPlan
    ) -> [(name: String, value: String)] {
        let upstream = settings.upstream.map { "http://\(ListenAddress(host: $0.host, port: $0.port))" } ?? "-"
        let listen = ListenAddress(host: settings.listen.host, port: dataPort)
        let admin = ListenAddress(host: settings.admin.host, port: adminPort)
        var facts = [
            ("listening", "http://\(listen) in front of \(upstream)"),
            ("admin", "http://\(admin) (/livez /readyz /metrics /version)"),
            ("policy", "\(policy.name) from \(policy.origin), sha256 \(policy.sha256.prefix(12))"),
            ("mode", mode(policy)),
            ("audit", "\(settings.auditDirectory), fsync \(settings.auditFsync)"),
        ]
        if let line = enforcingLine(settings: settings, policy: policy) { facts.append(("enforce", line)) }
        return facts
    }

    private static func mode(_ policy: PolicyPlan) -> String {
        let inspecting = policy.routes.filter { $0.handling == .inspect }
        let modes = Set(inspecting.map(\.mode))
        if modes == [.monitor] { return "monitor: answers are the model's own, verdicts are recorded" }
        if modes == [.enforce] { return "enforce: verdicts are carried out" }
        return inspecting.map { "\($0.name) \($0.mode.rawValue)" }.joined(separator: ", ")
    }

    /// The command that turns enforcement on; nil where it is on.
    static func enforcingLine(settings: ServeSettings, policy: PolicyPlan) -> String? {
        guard policy.routes.contains(where: { $0.handling == .inspect && $0.mode == .monitor }) else { return nil }
        let upstream =
            settings.upstream.map { " --upstream http://\(ListenAddress(host: $0.host, port: $0.port))" } ?? ""
        let name = settings.policy ?? PolicySource.defaultName
        return "portcullis serve\(upstream) --policy \(name) --mode enforce"
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}
