internal import AdmissionPolicy
internal import GuardPipeline
internal import ImageCodecs

/// What stage 2 gives: the image of the request, ready for the guard.
struct Located: ~Copyable, Sendable {
    /// The image and what the stages need to know about its request.
    let request: InspectionRequest
    /// Holds the body's share of the budget until the trip ends.
    let reservation: BodyReservation
}

/// What is done with a request.
enum Handling {
    /// Streamed through; the first bytes of its body are looked at.
    case pass
    /// Its body is an image for the guard.
    case inspect(RouteEntry)
}

/// Stage 2: where the serving protocol holds the image. A raw body is the image, whole.
enum Locate {
    /// What is done with a request to `destination`, decided from its head alone.
    static func handling(
        of head: RequestHead, destination: Destination, policy: PolicyPlan
    ) throws(Refusal) -> Handling {
        guard let route = destination.route else {
            if policy.unmatched == .deny { throw Refusal(.noRoute, "unmatched") }
            return try passing(head, destination, policy)
        }
        switch route.plan.handling {
        case .deny: throw Refusal(.noRoute, "route-denied")
        case .pass: return try passing(head, destination, policy)
        case .inspect:
            // Without a body there is no image: health checks and descriptions share their paths with predictions.
            if head.framing == .none { return .pass }
            if head.isEncoded {
                // Watching must not refuse what the model takes; the record says that nobody looked.
                if route.plan.mode == .monitor { return .pass }
                throw Refusal(.encodedBody, "content-encoding")
            }
            if route.plan.mode == .enforce { try checkFields(head) }
            if case .length(let length) = head.framing, length > route.plan.bodyBytes {
                throw Refusal(.bodyTooLarge, "body-bytes")
            }
            return .inspect(route)
        }
    }

    /// Refuses what makes a server read another body than the guard: a second content type, of which servers take either,
    /// and a tensor behind or in the place of the JSON (Triton's binary tensor extension).
    private static func checkFields(_ head: RequestHead) throws(Refusal) {
        guard head.lines.count(where: { $0.name == .contentType }) <= 1 else {
            throw Refusal(.malformed, "content-type-twice")
        }
        let binary = Array("inference-header-content-length".utf8)
        for line in head.lines where line.nameEnd - line.start == binary.count {
            let name = head.bytes[line.start..<line.nameEnd]
            if zip(name, binary).allSatisfy({ ($0 == 0x5F ? 0x2D : $0 | 0x20) == $1 || $0 == $1 }) {
                throw Refusal(.uninspectable, "image-elsewhere")
            }
        }
    }

    /// True where no image may go round the guard: unmatched requests are denied, or the route enforces, or any does where
    /// none takes the request.
    private static func isStrict(_ destination: Destination, _ policy: PolicyPlan) -> Bool {
        let isEnforcing = destination.route.map { $0.plan.mode == .enforce } ?? policy.isEnforcing
        return isEnforcing || policy.unmatched == .deny
    }

    /// Streamed through, unless no image may and the body could hide one from the sniffer: a coded one, or one on a
    /// method whose bodies only odd servers read.
    private static func passing(
        _ head: RequestHead, _ destination: Destination, _ policy: PolicyPlan
    ) throws(Refusal) -> Handling {
        guard head.framing != .none, isStrict(destination, policy) else { return .pass }
        if head.isEncoded { throw Refusal(.encodedBody, "content-encoding") }
        if ["GET", "HEAD", "OPTIONS"].contains(destination.method) { throw Refusal(.bodyOnRead, "body-on-read") }
        return .pass
    }

    /// The image of a received body.
    static func image(in received: consuming Received, route: RouteEntry) -> Located {
        let reservation = received.reservation
        let request = InspectionRequest(
            route: route.plan, body: received.body, contentType: received.contentType, client: received.client,
            nowSeconds: received.nowSeconds, deadline: received.deadline)
        return Located(request: request, reservation: reservation)
    }

    /// Whether a body that starts with `prefix` may be streamed through without the guard.
    ///
    /// A declared content type exempts nothing: only the bytes count.
    static func passage(
        of prefix: Span<UInt8>, destination: Destination, shared: ProxyShared
    ) throws(Refusal) -> Passage {
        // A body on a route that inspects is streamed in one case: it is coded, and the route only watches.
        if destination.route?.plan.handling == .inspect { return .unguardedImage }
        guard ImageSniffer.holdsImage(prefix) else { return .plain }
        if isStrict(destination, shared.policy) { throw Refusal(.noRoute, "unguarded-image") }
        return .unguardedImage
    }
}

/// How a streamed request is recorded.
enum Passage {
    /// Nothing of note.
    case plain
    /// Its body is an image that no guard sees.
    case unguardedImage
}

extension PolicyPlan {
    /// True when some route carries its verdicts out: what no route takes is then treated as strictly.
    fileprivate var isEnforcing: Bool { routes.contains { $0.mode == .enforce } }
}
