internal import AdmissionPolicy
internal import AdversarialDetectors
internal import ImageCodecs
internal import ImageDefenses
internal import PixelCore

/// A route with its place in the metrics, shared by all requests that it takes.
final class RouteEntry: Sendable {
    /// The route.
    let plan: RoutePlan
    /// Position among the labels.
    let index: Int
    /// The most copies that the detectors ask the model about at the same time.
    private let copies: Int

    init(plan: RoutePlan, index: Int) {
        self.plan = plan
        self.index = index
        let wanted = plan.mostCopiesAtOnce
        // f(x) is one more question where the client's own bytes or a changed image go to the model.
        copies = wanted == 0 ? 0 : min(wanted, plan.extraCalls) + 1
    }

    /// Bytes that the guard may hold at once for an image of this header: the decoded image, what defending it takes, and
    /// for the forwarded image and each copy the encoded bytes and those that wait to be sent.
    func charge(for header: ImageHeader) -> Int {
        let channels = header.decodedChannels
        let decoded = Self.bytes(header.width, header.height, channels)
        let size = plan.forward.size
        let base = PixelShape(
            width: size?.width ?? header.width, height: size?.height ?? header.height, channels: channels)
        // Where the image is resized first, both are there.
        let resized = size == nil ? 0 : base?.sampleCount ?? .max / 8
        let defending = base.map { plan.workingBytes(for: $0) + resized } ?? .max
        let sent = base.map { max($0.sampleCount, plan.sentShape(for: $0).sampleCount) } ?? .max
        let (held, overflows) = sent.multipliedReportingOverflow(by: 2 * (1 + copies))
        // Far from overflow again: four terms of at most an eighth of the range.
        return min(decoded, .max / 8) + (overflows ? .max / 8 : min(held, .max / 8))
            + min(header.workingBytes, .max / 8) + min(defending, .max / 8)
    }

    private static func bytes(_ width: Int, _ height: Int, _ channels: Int) -> Int {
        let (pixels, overflowsPixels) = width.multipliedReportingOverflow(by: height)
        let (bytes, overflowsBytes) = pixels.multipliedReportingOverflow(by: channels)
        return overflowsPixels || overflowsBytes ? .max : bytes
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
    /// The `Host` to send where the client sent none: HTTP/1.1 upstreams must be told one.
    let impliedHost: String
    private let rawPath: [UInt8]
    private let rawHost: [UInt8]

    init(
        method: String, path: [UInt8], host: String?, route: RouteEntry?, impliedHost: String, rawPath: [UInt8],
        rawHost: [UInt8]
    ) {
        self.method = method
        self.path = path
        pathText = String(decoding: path, as: UTF8.self)
        self.host = host
        self.route = route
        isHead = method == "HEAD"
        self.impliedHost = impliedHost
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
