internal import NIOCore

/// Who asked the upstream and takes its answer; all calls come on the connection's event loop.
protocol UpstreamUser: AnyObject {
    /// A connection that was asked for is there.
    func upstreamConnected(_ connection: UpstreamConnection)
    /// The head of the answer is in `connection.head`.
    func upstreamHead(_ connection: UpstreamConnection)
    /// A piece of the answer's body.
    func upstreamBody(_ bytes: ByteBuffer)
    /// All that could be read at once was handed over: a good moment to flush.
    func upstreamReadComplete()
    /// The answer is complete; the connection has been given back.
    func upstreamEnd()
    /// There is no answer, or no more of it; the connection is closed.
    func upstreamFailed(_ fault: UpstreamFault)
    /// The connection takes more of the question, or wants a pause.
    func upstreamWritabilityChanged(_ isWritable: Bool)
}

/// One connection to the upstream on one event loop: one question at a time, kept open in between.
final class UpstreamConnection: ChannelDuplexHandler, Timed {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = Never
    typealias OutboundIn = Never
    typealias OutboundOut = IOData

    private enum State {
        case connecting
        case idle
        case asking
        case closed
    }

    private unowned let pool: UpstreamPool
    private var state = State.connecting
    private var context: ChannelHandlerContext?
    private var parser: ResponseParser
    private var user: (any UpstreamUser)?
    private var isReadingPaused = false
    private var isReadHeld = false
    private var isQuestionWhole = false
    private var isFlushingFirst = false
    private var hasAnswerBytes = false
    /// True when an earlier question was answered on this connection.
    private(set) var isUsed = false

    var deadline: NIODeadline?
    var watchIndex = -1

    /// A connection that `user` waits for.
    init(pool: UpstreamPool, user: any UpstreamUser, limits: WireLimits) {
        self.pool = pool
        self.user = user
        self.parser = ResponseParser(limits: limits)
    }

    /// The head of the answer.
    var head: ResponseHead { parser.head }

    /// False when the other side takes no more for now.
    var isWritable: Bool { context?.channel.isWritable ?? false }

    /// True when it can be given to a user.
    var isOpen: Bool { context?.channel.isActive ?? false }

    /// For buffers.
    var allocator: ByteBufferAllocator { context?.channel.allocator ?? ByteBufferAllocator() }

    // MARK: The user's side

    /// Starts a question for `user`: its head, and what of its body is there. False when the connection turned out to
    /// be dead before any byte of it left; the user is not told in another way then.
    func ask(_ user: any UpstreamUser, head: ByteBuffer, body: ByteBuffer?, isHead: Bool, isWhole: Bool) -> Bool {
        guard let context, state == .idle else { return false }
        state = .asking
        self.user = user
        deadline = nil
        isQuestionWhole = isWhole
        hasAnswerBytes = false
        isReadingPaused = false
        parser.expect(isHead: isHead)
        isFlushingFirst = true
        context.write(wrapOutboundOut(.byteBuffer(head)), promise: nil)
        if let body { context.write(wrapOutboundOut(.byteBuffer(body)), promise: nil) }
        context.flush()
        isFlushingFirst = false
        return state == .asking
    }

    /// Sends more of the question's body.
    func send(_ bytes: ByteBuffer) {
        context?.write(wrapOutboundOut(.byteBuffer(bytes)), promise: nil)
    }

    /// Lets what was sent go out.
    func flush() {
        context?.flush()
    }

    /// The question is complete.
    func finishQuestion() {
        isQuestionWhole = true
    }

    /// The user has too much of the answer already.
    func pauseReading() {
        isReadingPaused = true
    }

    /// The user takes more of the answer.
    func resumeReading() {
        isReadingPaused = false
        guard isReadHeld, let context else { return }
        isReadHeld = false
        context.read()
    }

    /// The user goes away: an open question is broken off, a connection still being made is kept for others.
    func abandon() {
        user = nil
        if state == .asking { close() }
    }

    /// Closes at once; the user is not told.
    func close() {
        user = nil
        context?.close(promise: nil)
    }

    // MARK: The pool's side

    /// The channel is connected: hands the connection to who waits for it, or to the pool.
    func connected() {
        guard state == .connecting, isOpen else { return }
        state = .idle
        pool.deadlines.watch(self)
        guard let user else {
            pool.release(self)
            return
        }
        self.user = nil
        user.upstreamConnected(self)
    }

    /// The channel could not be connected.
    func failedToConnect(_ fault: UpstreamFault) {
        guard state == .connecting else { return }
        state = .closed
        let waiting = user
        user = nil
        waiting?.upstreamFailed(fault)
    }

    func timeIsUp() {
        if state == .idle { close() }
    }

    // MARK: The channel's side

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func read(context: ChannelHandlerContext) {
        if isReadingPaused { isReadHeld = true } else { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        hasAnswerBytes = true
        parser.append(&bytes)
        // Nothing else may hold the storage while the parser cuts it up, or each cut would be a copy.
        bytes = ByteBuffer()
        pump()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        user?.upstreamReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        user?.upstreamWritabilityChanged(context.channel.isWritable)
    }

    func channelInactive(context: ChannelHandlerContext) {
        let last = state
        state = .closed
        pool.closed(self, wasIdle: last == .idle)
        guard last == .asking, let user else { return }
        self.user = nil
        if parser.close() {
            user.upstreamEnd()
        } else if isFlushingFirst {
            // `ask` returns false and its caller tries another connection.
            return
        } else {
            user.upstreamFailed(hasAnswerBytes ? .truncated : .closedEarly(isUnsent: false))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Whatever the error is, the connection is of no more use; `channelInactive` tells the user.
        context.close(promise: nil)
    }

    private func pump() {
        do throws(WireFault) {
            while state != .closed {
                guard let event = try parser.next() else { return }
                switch event {
                case .head: user?.upstreamHead(self)
                case .body:
                    let piece = parser.body
                    parser.releaseBody()
                    user?.upstreamBody(piece)
                case .end:
                    finishAnswer()
                    return
                }
            }
        } catch {
            let waiting = user
            close()
            waiting?.upstreamFailed(.malformed(error))
        }
    }

    private func finishAnswer() {
        let waiting = user
        user = nil
        // An answer before the end of its question, or with bytes behind it, leaves the connection in doubt.
        if parser.head.keepAlive, isQuestionWhole, !parser.hasLeftover {
            state = .idle
            isUsed = true
            resumeReading()
            pool.release(self)
        } else {
            close()
        }
        waiting?.upstreamEnd()
    }
}
