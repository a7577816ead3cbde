internal import AdmissionPolicy
internal import ClassifierProtocols
internal import GuardPipeline
internal import NIOCore
internal import PixelCore

/// One inspected request at work: the one place where a task is made, and where it is cancelled.
///
/// The task owns what the request holds, its body and its permit, until it ends. Its results come back on the event loop.
final class Inspection {
    /// Facts of the request as they were when the guard began.
    let trip: Trip
    /// Time of the upstream call whose answer the client gets.
    let clock: ForwardClock
    /// What the client was answered in monitor mode, before the later tiers were done.
    var early: Judgement?
    /// True once the total time has passed and the client was told so.
    private(set) var isGivenUp = false
    private var task: Task<Void, Never>?

    init(trip: Trip, clock: ForwardClock) {
        self.trip = trip
        self.clock = clock
    }

    /// Starts the guard on the pixel executor. `onEarly` and `onDone` are called on the event loop.
    func start(
        _ located: consuming Located, permit: AdmissionPermit, probe: UpstreamProbe, loop: LoopContext,
        onEarly: @escaping (Inspection, Judgement) -> Void, onDone: @escaping (Inspection, Judgement) -> Void
    ) {
        let shared = loop.shared
        let eventLoop = loop.eventLoop
        let request = located.request
        let reservation = located.reservation
        let callbacks = NIOLoopBound(
            Callbacks(inspection: self, onEarly: onEarly, onDone: onDone), eventLoop: eventLoop)
        shared.taskStarted()
        task = Task(executorPreference: shared.executor) {
            let envelope = Envelope(of: request)
            let judgement = await shared.requestGuard.run(envelope.request(request), probe: envelope.probe(probe)) {
                judgement in
                eventLoop.execute {
                    let callbacks = callbacks.value
                    callbacks.onEarly(callbacks.inspection, judgement)
                }
            }
            permit.release()
            withExtendedLifetime(reservation) {}
            eventLoop.execute {
                let callbacks = callbacks.value
                callbacks.onDone(callbacks.inspection, judgement)
                shared.taskEnded()
            }
        }
    }

    /// The client is gone: the guard stops at its next step and the model's calls are broken off.
    func cancel() {
        // A monitored client that left with its answer does not stop what is learnt from it.
        if early == nil { task?.cancel() }
    }

    /// The total time has passed: whatever comes now is dropped.
    func giveUp() {
        isGivenUp = true
        task?.cancel()
    }

    private struct Callbacks {
        let inspection: Inspection
        let onEarly: (Inspection, Judgement) -> Void
        let onDone: (Inspection, Judgement) -> Void
    }
}
