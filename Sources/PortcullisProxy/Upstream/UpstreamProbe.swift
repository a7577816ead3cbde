internal import AdmissionPolicy
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
        let progress = NIOLoopBoundBox.makeBoxSendingValue(Progress.notBegun, eventLoop: eventLoop)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation {
                (continuation: CheckedContinuation<Result<ProbeAnswer, ProbeError>, Never>) in
                eventLoop.execute {
                    if case .cancelled = progress.value {
                        continuation.resume(returning: .failure(.cancelled))
                        return
                    }
                    let call = makeCall(question) { continuation.resume(returning: $0) }
                    progress.value = .begun(call)
                    call.begin()
                }
            }
        } onCancel: {
            // This may reach the loop before the start does: the start then finds it.
            eventLoop.execute {
                if case .begun(let call) = progress.value { call.cancel() } else { progress.value = .cancelled }
            }
        }
        return try result.get()
    }

    /// How far a call has come, on the loop.
    private enum Progress {
        case notBegun
        case begun(ProbeCall)
        case cancelled
    }

    private func makeCall(
        _ question: ProbeQuestion, done: @escaping (Result<ProbeAnswer, ProbeError>) -> Void
    ) -> ProbeCall {
        let purpose: ForwardedHead.Purpose =
            switch question.purpose {
            case .forwarded: destination.route?.plan.mode == .monitor ? .forwarded : .judged
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
