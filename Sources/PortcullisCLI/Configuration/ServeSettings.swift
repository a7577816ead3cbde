import AdmissionPolicy
import AuditTrail
import PixelCore
import PortcullisProxy

/// Everything that `portcullis serve` is told, with the defaults that hold when it is told nothing.
struct ServeSettings: Sendable {
    /// Where clients connect.
    var listen = ListenAddress(host: "127.0.0.1", port: 8080)
    /// Where health, metrics and the version are served.
    var admin = ListenAddress(host: "127.0.0.1", port: 9090)
    /// The guarded model; there is no default.
    var upstream: UpstreamAddress?
    /// A path or the name of a built-in policy; nil for `balanced`, monitored.
    var policy: String?
    /// Overrides the mode of every route; nil leaves what the policy says, or monitor where no policy is named.
    var mode: PolicyMode?

    /// The list of canary images; nil for none.
    var canaries: String?
    /// Between two canaries.
    var canaryInterval = Duration.seconds(60)

    /// The folder of the audit log.
    var auditDirectory = "portcullis-data/audit"
    /// When records reach the disk for good.
    var auditFsync = FsyncPolicy.interval(.seconds(1))
    /// Largest audit file.
    var auditRotateSize = 128 << 20
    /// Longest time that one audit file takes records.
    var auditRotateAge = Duration.seconds(86_400)
    /// Records that may wait for the writer.
    var auditQueue = 8192
    /// Names this process in audit records; nil for the host's name.
    var instance: String?
    /// The deployment key in hex digits; nil to keep it in `keyFile`.
    var key: String?
    /// The file of the deployment key.
    var keyFile = "portcullis-data/deployment.key"

    /// How long each step may take.
    var timeouts = ProxyTimeouts()
    /// Between readiness going down and the listener closing.
    var drainDelay = Duration.zero
    /// How long requests in flight are waited for when stopping.
    var drainTimeout = Duration.seconds(25)

    /// Threads of the data path; nil for half the cores.
    var eventLoops: Int?
    /// Threads for pixels; nil for one less than the cores.
    var pixelThreads: Int?
    /// How much may be held.
    var limits = ProxyLimits()
    /// Extra model calls that may be open at once.
    var copies = 32

    /// How log lines look.
    var logFormat = LogFormat.plain
    /// The least severe line that is written.
    var logLevel = "info"

    /// The settings in front of a given model.
    func proxyConfiguration(upstream: UpstreamAddress) -> ProxyConfiguration {
        var configuration = ProxyConfiguration(upstream: upstream)
        configuration.listenHost = listen.host
        configuration.listenPort = listen.port
        configuration.adminHost = admin.host
        configuration.adminPort = admin.port
        if let eventLoops { configuration.eventLoops = eventLoops }
        if let pixelThreads { configuration.pixelThreads = pixelThreads }
        configuration.timeouts = timeouts
        configuration.limits = limits
        configuration.drainDelay = drainDelay
        configuration.drainTimeout = drainTimeout
        configuration.canaryInterval = canaryInterval
        configuration.version = Portcullis.version
        return configuration
    }
}

/// How log lines look.
enum LogFormat: String, CaseIterable, Sendable {
    /// Time, level, message and values, for people.
    case plain
    /// One JSON object a line.
    case json
}
