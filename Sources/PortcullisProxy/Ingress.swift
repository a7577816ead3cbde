internal import AdmissionPolicy
internal import AuditTrail
internal import NIOCore

/// Why a request goes no further, before any verdict.
struct Refusal: Error, Hashable, Sendable {
    /// What the client is told.
    let problem: Problem
    /// A stable word for the audit record.
    let reason: String

    init(_ problem: Problem, _ reason: String) {
        self.problem = problem
        self.reason = reason
    }
}

/// What stage 1 gives: a whole body within its limits, and who sent it.
struct Received: ~Copyable, Sendable {
    /// The body, whole.
    let body: [UInt8]
    /// Holds the body's share of the budget until the trip ends.
    let reservation: BodyReservation
    /// The `Content-Type` as it came; nil when there was none.
    let contentType: String?
    /// Who asked.
    let client: String
    /// When the client's patience or ours ends.
    let deadline: ContinuousClock.Instant
    /// Monotonic seconds at arrival.
    let nowSeconds: Double
}

/// Stage 1: what a head must fulfil before anything is read or forwarded.
struct Ingress {
    let shared: ProxyShared

    /// The destination of a request. `last` is the one before on the same connection, reused when it is the same.
    func destination(of head: RequestHead, last: Destination?) throws(Refusal) -> Destination {
        if head.hasUpgrade { throw Refusal(.upgrade, "upgrade") }
        if head.expectation == .unknown { throw Refusal(.expectation, "expectation") }
        if let last, last.isSame(as: head) { return last }
        let method = String(decoding: head.bytes[head.method], as: UTF8.self)
        // A proxy that tunnels or echoes would carry requests past the guard.
        if method == "CONNECT" || method == "TRACE" { throw Refusal(.methodRefused, "method") }
        do throws(TargetFault) {
            return try resolve(head, method: method)
        } catch {
            throw Refusal(ErrorResponder.problem(error), error.rawValue)
        }
    }

    private func resolve(_ head: RequestHead, method: String) throws(TargetFault) -> Destination {
        let span = head.bytes.span
        let target = try TargetCanonicalizer.canonicalize(
            span.extracting(head.target), isOptions: method == "OPTIONS")
        var rawHost: [UInt8] = []
        var host: [UInt8]?
        if let index = head.hostLine {
            let line = head.lines[index]
            rawHost = Array(head.bytes[line.valueStart..<line.valueEnd])
            host = try TargetCanonicalizer.host(span, line.valueStart, line.valueEnd)
        }
        if let authority = target.authority {
            // An absolute target names the host a second time: the two must agree, port included.
            let named = try TargetCanonicalizer.host(authority.span, 0, authority.count)
            guard host == nil || host == named, Self.isSameAuthority(authority, rawHost) || rawHost.isEmpty else {
                throw .hostMismatch
            }
            host = named
        }
        let hostText = host.map { String(decoding: $0, as: UTF8.self) }
        let path = String(decoding: target.path, as: UTF8.self)
        let pathEnd = ForwardedHead.queryRange(head).lowerBound
        return Destination(
            method: method, path: target.path, host: hostText,
            route: shared.route(method: method, path: path, host: hostText),
            impliedHost: target.authority.map { String(decoding: $0, as: UTF8.self) } ?? shared.upstreamHost,
            rawPath: Array(head.bytes[head.target.lowerBound..<pathEnd]), rawHost: rawHost)
    }

    private static func isSameAuthority(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        a.count == b.count
            && zip(a, b).allSatisfy { HeaderLines.lowercase($0) == HeaderLines.lowercase($1) }
    }
}
