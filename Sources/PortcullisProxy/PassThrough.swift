internal import AdmissionPolicy
internal import ImageCodecs
internal import NIOCore

/// One request that streams through: body up, answer down, each no faster than the other side takes it.
///
/// Belongs to one client connection and serves its requests one after another. No task, no hop, no whole body.
final class PassThrough: UpstreamUser {
    private enum State {
        case idle
        /// The first bytes of the body are looked at before anything leaves.
        case sniffing
        /// A connection is being made.
        case connecting
        /// The question is on its way; no answer yet.
        case asking
        /// The answer streams down.
        case answering
    }

    private unowned let client: ClientConnection
    private var state = State.idle
    private var upstream: UpstreamConnection?
    private var held = ByteBuffer()
    private var isUpstreamWritable = true
    /// Since when the upstream takes no more of the body.
    private var pausedSince: NIODeadline?
    private var isQuestionDirty = false
    private var hasRetried = false
    private var passage = Passage.plain
    private var responseFraming = BodyFraming.none
    private var closes = false
    /// True once the last byte of the request was taken from the parser.
    private(set) var isRequestWhole = false

    private static let emptyChunk = ByteBuffer(string: "0\r\n\r\n")
    private static let lineEnd = ByteBuffer(string: "\r\n")

    init(client: ClientConnection) {
        self.client = client
    }

    private var loop: LoopContext { client.loop }

    /// True when more of the request's body can be taken.
    var wantsBody: Bool {
        guard !isRequestWhole else { return false }
        switch state {
        case .sniffing: return true
        case .asking, .answering: return isUpstreamWritable
        case .idle, .connecting: return false
        }
    }

    // MARK: The request

    /// Starts with the head that the client's parser holds.
    func begin() {
        held = ByteBuffer()
        hasRetried = false
        passage = .plain
        closes = false
        isRequestWhole = false
        isUpstreamWritable = true
        pausedSince = nil
        isQuestionDirty = false
        if client.parser.head.framing == .none {
            isRequestWhole = true
            // The parser's end event carries nothing here.
            _ = try? client.parser.next()
            open()
        } else {
            state = .sniffing
        }
    }

    func requestBody(_ bytes: ByteBuffer) {
        switch state {
        case .sniffing:
            var piece = bytes
            if held.readableBytes == 0 { held = piece } else { held.writeBuffer(&piece) }
            if held.readableBytes >= ImageSniffer.prefixBytes { sniff() }
        case .asking, .answering: send(bytes)
        case .idle, .connecting: break
        }
    }

    func requestEnd() {
        isRequestWhole = true
        switch state {
        case .sniffing: sniff()
        case .asking, .answering:
            if client.parser.head.framing == .chunked { upstream?.send(Self.emptyChunk) }
            isQuestionDirty = true
            upstream?.finishQuestion()
            // From here on the upstream is waited for, not the client.
            let isAnswering = state == .answering
            client.deadline =
                loop.now() + TimeAmount(isAnswering ? client.timeouts.total : client.timeouts.firstByte)
        case .idle, .connecting: break
        }
    }

    /// Lets the pieces of one read go out together.
    func flushQuestion() {
        guard isQuestionDirty else { return }
        isQuestionDirty = false
        upstream?.flush()
    }

    private func sniff() {
        guard let destination = client.trip?.destination else { return }
        do throws(Refusal) {
            passage = try Locate.passage(
                of: held.readableBytesUInt8Span, destination: destination, shared: loop.shared)
        } catch {
            state = .idle
            client.refuse(error)
            return
        }
        if passage == .unguardedImage { loop.metrics.countFailOpen(.unguardedImage) }
        open()
    }

    private func send(_ bytes: ByteBuffer) {
        guard let upstream else { return }
        isQuestionDirty = true
        if client.parser.head.framing == .chunked {
            upstream.send(Self.sizeLine(bytes.readableBytes))
            upstream.send(bytes)
            upstream.send(Self.lineEnd)
        } else {
            upstream.send(bytes)
        }
        isUpstreamWritable = upstream.isWritable
        if !isUpstreamWritable, pausedSince == nil { pausedSince = loop.now() }
        if !isUpstreamWritable { client.deadline = loop.now() + TimeAmount(client.timeouts.total) }
    }

    private static func sizeLine(_ count: Int) -> ByteBuffer {
        ByteBuffer(string: String(count, radix: 16) + "\r\n")
    }

    // MARK: Finding a connection

    private func open() {
        state = .connecting
        client.deadline = nil
        if let connection = loop.pool.take() {
            if ask(connection) { return }
        }
        connect()
    }

    private func connect() {
        guard let connection = loop.pool.connect(for: self) else {
            loop.metrics.countShed(.connections)
            upstreamFailed(.noConnectionLeft)
            return
        }
        upstream = connection
    }

    func upstreamConnected(_ connection: UpstreamConnection) {
        upstream = nil
        guard state == .connecting else {
            loop.pool.release(connection)
            return
        }
        if !ask(connection) { upstreamFailed(.closedEarly(isUnsent: true)) }
        client.pump()
    }

    /// Sends what there is of the question; false when the connection was dead and nothing left.
    private func ask(_ connection: UpstreamConnection) -> Bool {
        guard let trip = client.trip, let destination = trip.destination else { return true }
        let requestHead = client.parser.head
        var head = connection.allocator.buffer(capacity: requestHead.bytes.count + 192)
        ForwardedHead.write(
            requestHead, destination: destination, id: trip.id, purpose: .forwarded, framing: .asReceived, to: &head)
        var body: ByteBuffer? = held.readableBytes > 0 ? held : nil
        if requestHead.framing == .chunked {
            var framed = ByteBuffer()
            if let bytes = body {
                framed = Self.sizeLine(bytes.readableBytes)
                framed.writeImmutableBuffer(bytes)
                framed.writeImmutableBuffer(Self.lineEnd)
            }
            // An empty body ends too: without its last chunk the next question would be read as part of this one.
            if isRequestWhole { framed.writeImmutableBuffer(Self.emptyChunk) }
            body = framed.readableBytes > 0 ? framed : nil
        }
        let now = loop.now()
        client.trip?.upstreamStart = now
        upstream = connection
        state = .asking
        guard connection.ask(self, head: head, body: body, isHead: destination.isHead, isWhole: isRequestWhole) else {
            upstream = nil
            state = .connecting
            return false
        }
        held = ByteBuffer()
        isUpstreamWritable = connection.isWritable
        if isRequestWhole { client.deadline = now + TimeAmount(client.timeouts.firstByte) }
        return true
    }

    // MARK: The answer

    func upstreamHead(_ connection: UpstreamConnection) {
        guard state == .asking, let trip = client.trip, let context = client.context else { return }
        let head = connection.head
        let now = loop.now()
        if let start = trip.upstreamStart {
            client.trip?.upstreamNanoseconds = Int((now - start).nanoseconds)
            loop.metrics.countUpstream(status: head.status, nanoseconds: Int((now - start).nanoseconds))
        }
        state = .answering
        closes = !client.parser.head.keepAlive || !isRequestWhole || loop.shared.isDraining
        let record = loop.audit.passed(
            trip, client: client.client, status: head.status,
            reason: passage == .unguardedImage ? "unguarded-image" : nil, now: now)
        let onFailure = trip.destination?.route?.plan.failures.audit ?? loop.shared.unmatchedAuditFailure
        guard client.submit(record, onFailure: onFailure) else {
            leaveUpstream()
            client.fail(.auditUnavailable, cause: "audit-refused")
            return
        }
        // A client that is slow already tells of no change: its answer waits in the upstream's connection from the start.
        if client.gate.isClosed || !client.isOutputFree { connection.pauseReading() }
        var buffer = context.channel.allocator.buffer(capacity: head.bytes.count + 160)
        responseFraming = RespondHead.write(
            head, id: trip.id, verdict: nil, clientMinorVersion: client.parser.head.minorVersion, closes: &closes,
            to: &buffer)
        client.write(buffer)
    }

    func upstreamBody(_ bytes: ByteBuffer) {
        guard state == .answering else { return }
        if responseFraming == .chunked {
            client.write(Self.sizeLine(bytes.readableBytes))
            client.write(bytes)
            client.write(Self.lineEnd)
        } else {
            client.write(bytes)
        }
    }

    func upstreamReadComplete() {
        guard state == .answering else { return }
        client.deadline = loop.now() + TimeAmount(client.timeouts.total)
        client.flush()
    }

    func upstreamEnd() {
        guard state == .answering else { return }
        upstream = nil
        if responseFraming == .chunked { client.write(Self.emptyChunk) }
        client.flush()
        state = .idle
        client.count(.pass)
        client.finishRequest(closes: closes || !isRequestWhole)
    }

    func upstreamFailed(_ fault: UpstreamFault) {
        let wasUsed = upstream?.isUsed ?? false
        upstream = nil
        switch state {
        case .idle, .sniffing: return
        case .connecting, .asking:
            if canRepeat(after: fault, wasUsed: wasUsed) {
                hasRetried = true
                state = .connecting
                connect()
                return
            }
            state = .idle
            loop.metrics.countUpstreamError(fault.kind)
            client.fail(ErrorResponder.problem(fault), cause: fault.word, proxyStatus: fault.proxyStatus)
        case .answering:
            state = .idle
            loop.metrics.countUpstreamError(fault.kind)
            breakOff(ending: fault.word)
        }
    }

    /// A kept connection may close just as a question leaves. Asking again is safe for a safe method without a body
    /// (RFC 9110 section 9.2.2); a prediction is never sent twice.
    private func canRepeat(after fault: UpstreamFault, wasUsed: Bool) -> Bool {
        guard case .closedEarly = fault, wasUsed, !hasRetried, client.parser.head.framing == .none else { return false }
        let method = client.trip?.destination?.method
        return method == "GET" || method == "HEAD" || method == "OPTIONS"
    }

    func upstreamWritabilityChanged(_ isWritable: Bool) {
        isUpstreamWritable = isWritable
        guard isWritable else { return }
        if let since = pausedSince, let start = client.trip?.bodyStart {
            // The client is not to pay for the upstream's pause.
            client.trip?.bodyStart = start + (loop.now() - since)
        }
        pausedSince = nil
        client.pump()
    }

    // MARK: The client's side

    func clientWritabilityChanged(_ isWritable: Bool) {
        guard state == .answering, !client.gate.isClosed else { return }
        if isWritable { upstream?.resumeReading() } else { upstream?.pauseReading() }
    }

    /// The record is safe: the answer may flow, as fast as the client takes it.
    func gateOpened() {
        if client.isOutputFree { upstream?.resumeReading() }
    }

    /// The rest of the request cannot be read.
    func requestFailed(_ problem: Problem, cause: String) {
        leaveUpstream()
        let hadAnswer = state == .answering
        state = .idle
        if hadAnswer { breakOff(ending: cause) } else { client.fail(problem, cause: cause) }
    }

    func timeIsUp() {
        switch state {
        case .sniffing: requestFailed(.tooSlow, cause: "body-timeout")
        case .asking, .answering:
            if !isRequestWhole, isUpstreamWritable {
                requestFailed(.tooSlow, cause: "body-timeout")
            } else {
                let waiting = upstream
                upstreamFailed(.timeout)
                waiting?.close()
            }
        case .idle, .connecting: break
        }
    }

    func clientGone() {
        let last = state
        state = .idle
        leaveUpstream()
        if client.trip?.isRecorded == false {
            client.recordGone()
        } else if last == .answering {
            breakOff(ending: "client-gone")
        }
    }

    private func leaveUpstream() {
        let last = upstream
        upstream = nil
        last?.abandon()
    }

    /// The answer cannot be completed: the connection closes so that the client sees that something is missing.
    private func breakOff(ending: String) {
        guard let trip = client.trip else { return }
        client.submitOutcome(loop.audit.ended(trip, ending: ending))
        client.count(.error)
        client.trip = nil
        client.close()
    }
}
