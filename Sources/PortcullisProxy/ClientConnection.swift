internal import AuditTrail
internal import GuardPipeline
internal import NIOCore

/// One client connection: requests in, one at a time and in order, answers out.
///
/// The parser is pulled, so that nothing of a request is looked at before its turn, and what a client pipelines waits
/// in its own connection. Reads are withheld while the other side of a stream is slow; in the usual case they are not,
/// which saves two system calls a request.
final class ClientConnection: ChannelDuplexHandler, Timed {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = Never
    typealias OutboundIn = Never
    typealias OutboundOut = IOData

    /// Where the connection is.
    enum Phase {
        /// Between requests.
        case idle
        /// Part of a head has come.
        case head
        /// A request streams through; `passThrough` knows more.
        case passing
        /// The body of an inspected request comes in; `collector` holds it.
        case collecting
        /// The body is in; its turn has not come.
        case queued(ticket: Int)
        /// The guard is at work.
        case judging(Inspection)
        /// The answer is written and waits for its record to be safe.
        case gated
        /// Answered for the last time; what still comes is dropped until the client lets go.
        case lingering(isAnswerOut: Bool)
        case closed
    }

    /// Pipelined bytes that may wait while a request is at work.
    private static let pipelineLimit = 64 * 1024

    let loop: LoopContext
    var phase = Phase.idle
    var parser: RequestParser
    var trip: Trip?
    var collector: BodyCollector?
    private(set) var context: ChannelHandlerContext?
    private(set) var client = AuditRecord.Client(ip: "")
    private(set) lazy var passThrough = PassThrough(client: self)
    private var lastDestination: Destination?
    private var isPumping = false
    private var isReadHeld = false
    /// True when bytes of the client were or will be dropped, so that closing at once would reset the connection.
    private var hasDropped = false
    /// Bytes that the client still had to take when its time was up before.
    private var untaken = Int.max
    var gate = OutputGate()

    var deadline: NIODeadline?
    var watchIndex = -1

    init(loop: LoopContext) {
        self.loop = loop
        parser = RequestParser(limits: loop.shared.configuration.limits.wire)
    }

    var timeouts: ProxyTimeouts { loop.shared.configuration.timeouts }

    // MARK: The channel's side

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { open(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        open(context)
    }

    private func open(_ context: ChannelHandlerContext) {
        guard watchIndex < 0 else { return }
        client = AuditRecord.Client(ip: context.remoteAddress?.ipAddress ?? "")
        deadline = loop.now() + TimeAmount(timeouts.keepAlive)
        loop.opened(self)
        if loop.isStopping { drain() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if case .lingering = phase, parser.hasFailed || parser.hasEnded {
            hasDropped = true
            return
        }
        parser.append(&bytes)
        // Nothing else may hold the storage while the parser cuts it up, or each cut would be a copy.
        bytes = ByteBuffer()
        pump()
    }

    func read(context: ChannelHandlerContext) {
        if wantsRead { context.read() } else { isReadHeld = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if case .passing = phase { passThrough.clientWritabilityChanged(context.channel.isWritable) }
        // A request that waited for its client to read comes to its turn.
        if context.channel.isWritable { pump() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        clientGone()
        loop.closed(self)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A reset or a failed write; `channelInactive` follows and does the accounting.
        context.close(promise: nil)
    }

    // MARK: Pulling

    private var wantsRead: Bool {
        switch phase {
        case .idle, .head: isOutputFree
        case .collecting, .lingering: true
        case .passing: passThrough.wantsBody || passThrough.isRequestWhole && hasRoom
        case .queued, .judging, .gated: hasRoom
        case .closed: false
        }
    }

    private var hasRoom: Bool { parser.waitingBytes < Self.pipelineLimit }

    /// False while the client leaves so much unread that no more is to be made for it: no request begins then.
    var isOutputFree: Bool { context?.channel.isWritable ?? false }

    private var wantsEvents: Bool {
        switch phase {
        case .idle, .head: isOutputFree
        case .collecting: true
        case .lingering: !parser.hasEnded && !parser.hasFailed
        case .passing: passThrough.wantsBody
        case .queued, .judging, .gated, .closed: false
        }
    }

    /// Takes events until the parser or the phase has had enough.
    func pump() {
        // A step may come back here, for example when an upstream connection is at hand at once.
        guard !isPumping else { return }
        isPumping = true
        do throws(WireFault) {
            while wantsEvents {
                guard let event = try parser.next() else {
                    starved()
                    break
                }
                take(event)
            }
        } catch {
            malformed(error)
        }
        isPumping = false
        if case .passing = phase { passThrough.flushQuestion() }
        resumeReading()
    }

    private func resumeReading() {
        guard isReadHeld, wantsRead, let context else { return }
        isReadHeld = false
        context.read()
    }

    private func take(_ event: WireEvent) {
        switch (event, phase) {
        case (.body, .lingering): parser.releaseBody()
        case (.end, .lingering(let isAnswerOut)): if isAnswerOut { close() }
        case (.head, _): begin()
        case (.body, .collecting): collectBody()
        case (.end, .collecting): bodyIsWhole()
        case (.body, .passing):
            let piece = parser.body
            parser.releaseBody()
            trip?.requestBytes += piece.readableBytes
            passThrough.requestBody(piece)
        case (.end, .passing): passThrough.requestEnd()
        case (.body, _): parser.releaseBody()
        case (.end, _): close()
        }
    }

    /// More bytes are needed: says until when.
    private func starved() {
        switch phase {
        case .idle:
            guard parser.waitingBytes > 0 else { return }
            phase = .head
            deadline = loop.now() + TimeAmount(timeouts.head)
        case .collecting, .passing: awaitBody()
        default: break
        }
    }

    /// The next piece of body is due within the idle limit, and all of it within what its size has earned so far; one
    /// that streams holds no memory and may be slower.
    private func awaitBody() {
        guard let trip else { return }
        var rate = timeouts.bodyRate
        if case .passing = phase { rate = timeouts.streamRate }
        let earned = TimeAmount.seconds(Int64(trip.requestBytes / max(1, rate)))
        deadline = min(
            loop.now() + TimeAmount(timeouts.bodyIdle), trip.bodyStart + TimeAmount(timeouts.body) + earned)
    }

    private func begin() {
        deadline = nil
        var trip = loop.newTrip()
        // Before anything can be refused: an error that answers HEAD has no body either.
        trip.isHead = parser.head.isHead
        loop.metrics.started.add()
        do throws(Refusal) {
            let destination = try loop.ingress.destination(of: parser.head, last: lastDestination)
            lastDestination = destination
            trip.destination = destination
            self.trip = trip
            switch try Locate.handling(of: parser.head, destination: destination, policy: loop.shared.policy) {
            case .pass:
                proceed()
                phase = .passing
                passThrough.begin()
            case .inspect(let route):
                try collect(for: route)
                proceed()
            }
        } catch {
            if self.trip == nil { self.trip = trip }
            refuse(error)
        }
    }

    /// Tells a client that waits for it to send its body (RFC 9110 section 10.1.1), once its head has passed. HTTP/1.0
    /// knows no such answer.
    private func proceed() {
        guard parser.head.expectation == .proceed, parser.head.minorVersion == 1, parser.head.framing != .none,
            parser.waitingBytes == 0, let context
        else { return }
        var buffer = context.channel.allocator.buffer(capacity: 32)
        buffer.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(buffer)), promise: nil)
    }

    // MARK: Writing

    /// Writes bytes to the client, or keeps them until their record is safe.
    func write(_ bytes: ByteBuffer) {
        if gate.isClosed { gate.hold(bytes) } else { context?.write(wrapOutboundOut(.byteBuffer(bytes)), promise: nil) }
    }

    /// Lets what was written go out.
    func flush() {
        if !gate.isClosed { context?.flush() }
    }

    // MARK: Endings

    /// Closes at once.
    func close() {
        context?.close(promise: nil)
    }

    /// The server is stopping: an idle connection closes now, a busy one with its answer, and so does one whose last
    /// answer is still on its way out.
    func drain() {
        guard case .idle = phase else { return }
        if parser.waitingBytes > 0 || isReadHeld { hasDropped = true }
        parser.stop()
        linger()
    }

    /// An idle connection has waited long enough, unless its client is still taking its last answer in.
    func closeIdle() {
        if !renewForReader(timeouts.keepAlive) { close() }
    }

    /// Gives a client that takes its answer in more time; false when nothing waits for it, or it took too little since
    /// it was last asked about: less than 64 KiB, and not the rest.
    func renewForReader(_ time: Duration) -> Bool {
        let left = (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        guard left > 0, untaken == .max || untaken - left >= 64 * 1024 else { return false }
        untaken = left
        deadline = loop.now() + TimeAmount(time)
        return true
    }

    /// The server stops waiting.
    func abort() {
        close()
    }

    /// The request is answered: on to the next, or an end.
    func finishRequest(closes: Bool) {
        guard !gate.isClosed else {
            gate.finish = closes ? .close : .next
            phase = .gated
            return
        }
        collector = nil
        trip = nil
        if case .closed = phase { return }
        guard closes || loop.isStopping else {
            parser.startNext()
            phase = .idle
            untaken = .max
            deadline = loop.now() + TimeAmount(timeouts.keepAlive)
            pump()
            return
        }
        linger()
    }

    /// Ends the answer's direction and drops what the client still sends: closing with bytes unread would reset the
    /// connection and could take the answer from the client.
    private func linger() {
        guard let context else { return }
        phase = .lingering(isAnswerOut: false)
        untaken = .max
        // A client that reads a long answer slowly has as long as between two pieces of any other.
        deadline = loop.now() + TimeAmount(timeouts.total)
        let out = context.eventLoop.makePromise(of: Void.self)
        out.futureResult.assumeIsolated().whenComplete { [self] _ in answerIsOut() }
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(ByteBuffer())), promise: out)
        pump()
    }

    private func answerIsOut() {
        guard case .lingering = phase else { return }
        // Closing with bytes unread would reset the connection: what the kernel holds is read first.
        if parser.hasEnded, parser.waitingBytes == 0, !hasDropped {
            close()
        } else {
            phase = .lingering(isAnswerOut: true)
            deadline = loop.now() + TimeAmount(timeouts.linger)
            context?.close(mode: .output, promise: nil)
        }
    }
}
