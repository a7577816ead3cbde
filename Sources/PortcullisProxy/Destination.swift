internal import AdmissionPolicy

/// A route with its place in the metrics, shared by all requests that it takes.
final class RouteEntry: Sendable {
    /// The route.
    let plan: RoutePlan
    /// Position among the labels.
    let index: Int

    init(plan: RoutePlan, index: Int) {
        self.plan = plan
        self.index = index
    }
}

/// Where a request goes: method, host and canonical path, and the route that takes it.
///
/// A client that asks for the same again gets the same object, so that a busy connection canonicalizes and matches once.
final class Destination: Sendable {
    /// As it came.
    let method: String
    /// Canonical path in bytes, as forwarded.
    let path: [UInt8]
    /// The same as text, as matched and recorded.
    let pathText: String
    /// Lower case without port; nil in HTTP/1.0 without a Host.
    let host: String?
    /// The route; nil when none takes the request.
    let route: RouteEntry?
    /// True for HEAD, whose answers have no body.
    let isHead: Bool
    private let rawPath: [UInt8]
    private let rawHost: [UInt8]

    init(
        method: String, path: [UInt8], host: String?, route: RouteEntry?, rawPath: [UInt8], rawHost: [UInt8]
    ) {
        self.method = method
        self.path = path
        pathText = String(decoding: path, as: UTF8.self)
        self.host = host
        self.route = route
        isHead = method == "HEAD"
        self.rawPath = rawPath
        self.rawHost = rawHost
    }

    /// Label index of the route, or nil for requests that none takes.
    var routeIndex: Int? { route?.index }

    /// True when `head` asks for this destination in the very same bytes.
    func isSame(as head: RequestHead) -> Bool {
        guard let line = head.hostLine else { return false }
        let host = head.lines[line]
        let pathEnd = ForwardedHead.queryRange(head).lowerBound
        return head.bytes[head.target.lowerBound..<pathEnd].elementsEqual(rawPath)
            && head.bytes[host.valueStart..<host.valueEnd].elementsEqual(rawHost)
            && head.bytes[head.method].elementsEqual(method.utf8)
    }
}
