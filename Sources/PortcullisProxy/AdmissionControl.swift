internal import Synchronization

/// Lets so many inspected requests run at once, so many wait, and turns the rest away.
///
/// A request is charged the bytes its pixels will take, known from its header: a 162 KB file can hold 50 megapixels.
/// Shared by all event loops.
final class AdmissionControl: Sendable {
    /// What asking for admission gave.
    enum Entry {
        /// Go on, and let the permit go when done.
        case admitted(AdmissionPermit)
        /// `resume` will be called once; the ticket can be given back before.
        case waiting(ticket: Int)
        /// The queue is full.
        case full
    }

    private struct Waiter {
        let ticket: Int
        let charge: Int
        let resume: @Sendable (AdmissionPermit, Int) -> Void
    }

    private struct State {
        var running = 0
        var charged = 0
        var nextTicket = 0
        var waiters: [Waiter] = []
    }

    private let state = Mutex(State())
    private let runningLimit: Int
    private let queueLimit: Int
    private let byteLimit: Int

    /// Admission of `running` requests and `bytes` of pixels at once, with a queue of `queued`.
    init(running: Int, queued: Int, bytes: Int) {
        runningLimit = max(1, running)
        queueLimit = max(0, queued)
        byteLimit = max(1, bytes)
    }

    /// Asks to run a request that will hold `charge` bytes of pixels. First come, first served; `resume` is given the
    /// permit and the ticket that it is for.
    func enter(charge: Int, resume: @escaping @Sendable (AdmissionPermit, Int) -> Void) -> Entry {
        state.withLock { state in
            if state.waiters.isEmpty, fits(charge, state) {
                return .admitted(admit(charge, &state))
            }
            guard state.waiters.count < queueLimit else { return .full }
            state.nextTicket += 1
            state.waiters.append(Waiter(ticket: state.nextTicket, charge: charge, resume: resume))
            return .waiting(ticket: state.nextTicket)
        }
    }

    /// Leaves the queue; false when the turn had come already, so that `resume` was or will be called.
    func abandon(ticket: Int) -> Bool {
        state.withLock { state in
            let before = state.waiters.count
            state.waiters.removeAll { $0.ticket == ticket }
            return state.waiters.count < before
        }
    }

    /// Requests that run, requests that wait, and bytes charged.
    var load: (running: Int, queued: Int, bytes: Int) {
        state.withLock { ($0.running, $0.waiters.count, $0.charged) }
    }

    fileprivate func leave(charge: Int) {
        let ready = state.withLock { state -> [(Waiter, AdmissionPermit)] in
            state.running -= 1
            state.charged -= charge
            var ready: [(Waiter, AdmissionPermit)] = []
            while let first = state.waiters.first, fits(first.charge, state) {
                state.waiters.removeFirst()
                ready.append((first, admit(first.charge, &state)))
            }
            return ready
        }
        for (waiter, permit) in ready { waiter.resume(permit, waiter.ticket) }
    }

    /// One that alone passes the byte limit runs when nothing else does, or it never would.
    private func fits(_ charge: Int, _ state: borrowing State) -> Bool {
        state.running == 0 || state.running < runningLimit && charge <= byteLimit - state.charged
    }

    private func admit(_ charge: Int, _ state: inout State) -> AdmissionPermit {
        state.running += 1
        state.charged += charge
        return AdmissionPermit(control: self, charge: charge)
    }
}

/// The right to run one inspected request; given back by `release`, or when nobody holds it any more.
final class AdmissionPermit: Sendable {
    private let control: AdmissionControl
    private let charge: Int
    private let isReleased = Atomic<Bool>(false)

    fileprivate init(control: AdmissionControl, charge: Int) {
        self.control = control
        self.charge = charge
    }

    /// Gives the permit back; a second call does nothing.
    func release() {
        if !isReleased.exchange(true, ordering: .acquiringAndReleasing) { control.leave(charge: charge) }
    }

    deinit {
        if !isReleased.load(ordering: .acquiring) { control.leave(charge: charge) }
    }
}
