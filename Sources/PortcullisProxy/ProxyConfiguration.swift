package import AuditTrail
internal import NIOCore

/// Everything the proxy is told, in plain values with documented defaults.
package struct ProxyConfiguration: Sendable {
    /// Address that clients connect to. Default `127.0.0.1`.
    package var listenHost = "127.0.0.1"
    /// Port that clients connect to; 0 lets the system choose. Default 8080.
    package var listenPort = 8080
    /// Address of the admin server. Default `127.0.0.1`.
    package var adminHost = "127.0.0.1"
    /// Port of the admin server; 0 lets the system choose. Default 9090.
    package var adminPort = 9090
    /// The guarded model.
    package var upstream: UpstreamAddress
    /// Event-loop threads of the data path. Default half the cores, at least one.
    package var eventLoops = max(1, System.coreCount / 2)
    /// Pixel threads, for the decode budget; the executor itself is made by the caller. Default cores − 1, at least one.
    package var pixelThreads = max(1, System.coreCount - 1)
    /// How long each step may take.
    package var timeouts = ProxyTimeouts()
    /// How much may be held.
    package var limits = ProxyLimits()
    /// Between readiness going down and the listener closing, so that load balancers notice. Default 0.
    package var drainDelay = Duration.zero
    /// How long requests in flight are waited for when stopping. Default 25 s.
    package var drainTimeout = Duration.seconds(25)
    /// True when readiness does not depend on the upstream. Default false.
    package var readyWithoutUpstream = false
    /// Images of known verdict that are sent through the guard again and again. Default none.
    package var canaries: [Canary] = []
    /// Between two canaries. Default 60 s.
    package var canaryInterval = Duration.seconds(60)
    /// `/version` and `portcullis_build_info`. Default `0.1.0`.
    package var version = "0.1.0"
    /// The time of day, for ids and records. Default the system's clock.
    package var wallClock: @Sendable () -> AuditTime = AuditTime.system

    /// The defaults, in front of `upstream`.
    package init(upstream: UpstreamAddress) {
        self.upstream = upstream
    }
}

/// Where the guarded model listens. Plain HTTP: the sidecar and the model share a host or a private network.
package struct UpstreamAddress: Hashable, Sendable {
    /// A name or an address.
    package let host: String
    /// 1...65535.
    package let port: Int

    /// An address of its parts.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// From `http://host[:port][/]`; nil for anything else: another scheme, a path, user information.
    package init?(url: String) {
        let scheme = "http://"
        guard url.count > scheme.count, url.prefix(scheme.count).lowercased() == scheme else { return nil }
        var rest = url.dropFirst(scheme.count)
        if rest.last == "/" { rest = rest.dropLast() }
        guard !rest.isEmpty, !rest.contains(where: { "/?#@ ".contains($0) }) else { return nil }
        var port = 80
        var host = rest
        let closing = rest.lastIndex(of: "]")
        if let colon = rest.lastIndex(of: ":"), closing.map({ $0 < colon }) ?? true {
            guard let number = Int(rest[rest.index(after: colon)...]), (1...65535).contains(number) else { return nil }
            port = number
            host = rest[..<colon]
        }
        if host.first == "[", host.last == "]" { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { return nil }
        self.init(host: String(host), port: port)
    }
}

/// How long each step may take. Checked ten times a second, so that a limit may be passed by a tenth.
package struct ProxyTimeouts: Hashable, Sendable {
    /// From the first byte of a request to the end of its head: 408. Default 5 s.
    package var head = Duration.seconds(5)
    /// Between two pieces of a request body: 408. Default 10 s.
    package var bodyIdle = Duration.seconds(10)
    /// For a whole request body, before what `bodyRate` adds: 408. Default 30 s.
    package var body = Duration.seconds(30)
    /// Bytes of request body that earn one more second, so that a large upload over a thin line passes. Default 32 KiB.
    package var bodyRate = 32 * 1024
    /// The same for a body that streams through, where no memory waits for it. Default 1024.
    package var streamRate = 1024
    /// For a connection to the upstream: 502. Default 1 s.
    package var connect = Duration.seconds(1)
    /// From the end of a request to the head of its answer: 504. Default 30 s.
    package var firstByte = Duration.seconds(30)
    /// For an inspected request from its last byte to its answer, and between two pieces of a streamed answer: 504, or
    /// the connection closes where the answer has begun. Default 60 s.
    package var total = Duration.seconds(60)
    /// An idle client connection closes. Default 75 s.
    package var keepAlive = Duration.seconds(75)
    /// An idle upstream connection closes; below the upstream's own limit. Default 4 s, as many servers wait only 5.
    package var upstreamKeepAlive = Duration.seconds(4)
    /// How long an inspected request waits for its turn: 503. Default 5 s.
    package var queue = Duration.seconds(5)
    /// How long the rest of a refused body is read and dropped, so that the client sees the refusal. Default 5 s.
    package var linger = Duration.seconds(5)

    /// The defaults.
    package init() {}
}

/// How much may be held at once.
package struct ProxyLimits: Hashable, Sendable {
    /// Request line and header fields: 431. Default 32 KiB.
    package var headBytes = 32 * 1024
    /// Header fields of a request: 431. Default 100.
    package var headFields = 100
    /// Request target: 414. Default 8 KiB.
    package var targetBytes = 8 * 1024
    /// Client connections per event loop; more wait in the accept queue. Default 4096.
    package var connectionsPerLoop = 4096
    /// Request bodies of inspected routes, all together: 503. Default 256 MiB.
    package var bodyBudgetBytes = 256 * 1024 * 1024
    /// What one client address may hold of the body budget, in percent: 503. Default 50.
    package var bodySharePercent = 50
    /// Inspected requests that run at once. Default 64.
    package var runningInspections = 64
    /// Inspected requests that wait for their turn: 503 past it. Default 128.
    package var queuedInspections = 128
    /// Decoded pixels and their copies, per pixel thread. One request alone may pass it. Default 256 MiB.
    package var decodeBytesPerThread = 256 * 1024 * 1024
    /// An answer to an inspected request: 502. Default 16 MiB.
    package var answerBytes = 16 * 1024 * 1024
    /// Idle upstream connections kept per event loop. Default 64.
    package var idleUpstreamConnections = 64
    /// Upstream connections per event loop: 503 past it. Default 1024.
    package var upstreamConnections = 1024

    /// The defaults.
    package init() {}

    /// What the parsers need.
    var wire: WireLimits {
        WireLimits(headBytes: headBytes, fields: headFields, targetBytes: targetBytes)
    }

    /// Responses may be a little more generous than requests.
    var upstreamWire: WireLimits {
        WireLimits(headBytes: 2 * headBytes, fields: 2 * headFields, targetBytes: targetBytes)
    }
}
