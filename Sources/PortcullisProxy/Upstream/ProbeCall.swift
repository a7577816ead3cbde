internal import GuardPipeline
internal import NIOCore

/// One question to the upstream whose answer is taken in whole.
final class ProbeCall: UpstreamUser, Timed {
    private enum State {
        case ready
        case connecting
        case asking
        case answering
        case done
    }

    private let loop: LoopContext
    private let head: ByteBuffer
    private let body: ByteBuffer
    private let isHead: Bool
    private let clock: ForwardClock?
    private var done: ((Result<ProbeAnswer, ProbeError>) -> Void)?
    private var state = State.ready
    private var upstream: UpstreamConnection?
    private var start = NIODeadline.uptimeNanoseconds(0)
    private var status = 0
    private var reason = ""
    private var headers: [(name: String, value: String)] = []
    private var answer: [UInt8] = []

    var deadline: NIODeadline?
    var watchIndex = -1

    init(
        loop: LoopContext, head: ByteBuffer, body: ByteBuffer, isHead: Bool, clock: ForwardClock?,
        done: @escaping (Result<ProbeAnswer, ProbeError>) -> Void
    ) {
        self.loop = loop
        self.head = head
        self.body = body
        self.isHead = isHead
        self.clock = clock
        self.done = done
    }

    private var limits: ProxyLimits { loop.shared.configuration.limits }
    private var timeouts: ProxyTimeouts { loop.shared.configuration.timeouts }

    /// Finds a connection and asks.
    func begin() {
        start = loop.now()
        loop.deadlines.watch(self)
        if let connection = loop.pool.take(), ask(connection) { return }
        connect()
    }

    /// Breaks the call off.
    func cancel() {
        finish(.failure(.cancelled))
    }

    private func connect() {
        state = .connecting
        guard let connection = loop.pool.connect(for: self) else {
            fail(.noConnectionLeft)
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
        if !ask(connection) { fail(.closedEarly(isUnsent: true)) }
    }

    private func ask(_ connection: UpstreamConnection) -> Bool {
        state = .asking
        upstream = connection
        deadline = loop.now() + TimeAmount(timeouts.firstByte)
        guard connection.ask(self, head: head, body: body, isHead: isHead, isWhole: true) else {
            upstream = nil
            return false
        }
        return true
    }

    // MARK: The answer

    func upstreamHead(_ connection: UpstreamConnection) {
        guard state == .asking else { return }
        let head = connection.head
        if let length = head.declaredLength, !isHead, length > limits.answerBytes {
            fail(.tooLarge(limit: limits.answerBytes))
            return
        }
        state = .answering
        status = head.status
        reason = LatinText.text(head.bytes[head.statusText].dropFirst(4))
        deadline = start + TimeAmount(timeouts.total)
        if let length = head.declaredLength, !isHead { answer.reserveCapacity(length) }
        headers.reserveCapacity(head.lines.count)
        for line in head.lines where !line.isConnectionOption && !line.name.isHopByHop && line.name != .portcullis {
            headers.append(
                (
                    LatinText.text(head.bytes[line.start..<line.nameEnd]),
                    LatinText.text(head.bytes[line.valueStart..<line.valueEnd])
                ))
        }
    }

    func upstreamBody(_ bytes: ByteBuffer) {
        guard state == .answering else { return }
        if answer.count + bytes.readableBytes > limits.answerBytes {
            fail(.tooLarge(limit: limits.answerBytes))
            return
        }
        answer.append(contentsOf: bytes.readableBytesView)
    }

    func upstreamReadComplete() {}

    func upstreamEnd() {
        guard state == .answering else { return }
        upstream = nil
        let elapsed = Int((loop.now() - start).nanoseconds)
        clock?.set(nanoseconds: elapsed)
        loop.metrics.countUpstream(status: status, nanoseconds: elapsed)
        finish(.success(ProbeAnswer(status: status, reason: reason, headers: headers, body: answer)))
    }

    func upstreamFailed(_ fault: UpstreamFault) {
        upstream = nil
        fail(fault)
    }

    func upstreamWritabilityChanged(_ isWritable: Bool) {}

    func timeIsUp() {
        fail(.timeout)
    }

    private func fail(_ fault: UpstreamFault) {
        guard state != .done else { return }
        clock?.set(nanoseconds: Int((loop.now() - start).nanoseconds))
        loop.metrics.countUpstreamError(fault.kind)
        if case .noConnectionLeft = fault { loop.metrics.countShed(.connections) }
        finish(.failure(fault.probeError))
    }

    private func finish(_ result: Result<ProbeAnswer, ProbeError>) {
        guard state != .done else { return }
        state = .done
        deadline = nil
        loop.deadlines.unwatch(self)
        let last = upstream
        upstream = nil
        last?.abandon()
        let done = done
        self.done = nil
        done?(result)
    }
}
