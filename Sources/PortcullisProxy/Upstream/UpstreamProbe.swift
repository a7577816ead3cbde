internal import AuditTrail
internal import GuardPipeline
internal import NIOCore
internal import Synchronization

/// Asks the upstream on behalf of one inspected request, on the event loop of its client connection.
struct UpstreamProbe: ClassifierProbe {
    private let loop: NIOLoopBound<LoopContext>
    private let eventLoop: any EventLoop
    private let head: RequestHead
    private let destination: Destination
    private let id: AuditID
    private let clock: ForwardClock

    /// A probe that sends questions with `head`'s method, query and header fields to `destination`.
    init(loop: LoopContext, head: RequestHead, destination: Destination, id: AuditID, clock: ForwardClock) {
        self.loop = NIOLoopBound(loop, eventLoop: loop.eventLoop)
        eventLoop = loop.eventLoop
        self.head = head
        self.destination = destination
        self.id = id
        self.clock = clock
    }

    func ask(_ question: ProbeQuestion) async throws(ProbeError) -> ProbeAnswer {
        let eventLoop = eventLoop
        let call = NIOLoopBoundBox.makeEmptyBox(valueType: ProbeCall.self, eventLoop: eventLoop)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation {
                (continuation: CheckedContinuation<Result<ProbeAnswer, ProbeError>, Never>) in
                if Task.isCancelled {
                    continuation.resume(returning: .failure(.cancelled))
                    return
                }
                eventLoop.execute {
                    let started = makeCall(question) { continuation.resume(returning: $0) }
                    call.value = started
                    started.begin()
                }
            }
        } onCancel: {
            // The loop runs its work in order: this comes after the start, or the start never comes.
            eventLoop.execute { call.value?.cancel() }
        }
        return try result.get()
    }

    private func makeCall(
        _ question: ProbeQuestion, done: @escaping (Result<ProbeAnswer, ProbeError>) -> Void
    ) -> ProbeCall {
        let purpose: ForwardedHead.Purpose =
            switch question.purpose {
            case .forwarded: .forwarded
            case .copy(let index, let total): .copy(index: index, total: total)
            }
        var buffer = ByteBuffer()
        buffer.reserveCapacity(head.bytes.count + 256)
        ForwardedHead.write(
            head, destination: destination, id: id, purpose: purpose,
            framing: .replaced(length: question.body.count, mediaType: question.mediaType), to: &buffer)
        let isForwarded = question.purpose == .forwarded
        return ProbeCall(
            loop: loop.value, head: buffer, body: ByteBuffer(bytes: question.body), isHead: destination.isHead,
            clock: isForwarded ? clock : nil, done: done)
    }
}

/// How long the upstream took for the answer that the client gets.
final class ForwardClock: Sendable {
    private let elapsed = Atomic<Int>(0)

    /// Written by the call, on the loop.
    func set(nanoseconds: Int) { elapsed.store(nanoseconds, ordering: .relaxed) }

    /// Nanoseconds; 0 while there is no answer.
    func nanoseconds(on eventLoop: any EventLoop) -> Int {
        eventLoop.assertInEventLoop()
        return elapsed.load(ordering: .relaxed)
    }
}
