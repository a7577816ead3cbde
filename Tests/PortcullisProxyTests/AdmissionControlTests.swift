import Synchronization
import Testing

@testable import PortcullisProxy

@Suite("AdmissionControl")
struct AdmissionControlTests {
    private final class Turns: Sendable {
        private let state = Mutex<[AdmissionPermit]>([])
        var count: Int { state.withLock { $0.count } }
        func add(_ permit: AdmissionPermit) { state.withLock { $0.append(permit) } }
        func takeFirst() -> AdmissionPermit? { state.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
    }

    @Test("runs so many, queues so many, refuses the rest")
    func limits() {
        let control = AdmissionControl(running: 1, queued: 1, bytes: 100)
        let turns = Turns()
        let first = control.enter(charge: 1) { permit, _ in turns.add(permit) }
        guard case .admitted(let permit) = first else {
            Issue.record("not admitted")
            return
        }
        guard case .waiting = control.enter(charge: 1, resume: { permit, _ in turns.add(permit) }) else {
            Issue.record("not queued")
            return
        }
        guard case .full = control.enter(charge: 1, resume: { permit, _ in turns.add(permit) }) else {
            Issue.record("not refused")
            return
        }
        #expect(turns.count == 0)
        permit.release()
        #expect(turns.count == 1)
        #expect(control.load.running == 1)
        turns.takeFirst()?.release()
        #expect(control.load.running == 0)
    }

    @Test("charges bytes, and lets one that passes them all run alone")
    func charges() {
        let control = AdmissionControl(running: 8, queued: 8, bytes: 100)
        let turns = Turns()
        guard case .admitted(let small) = control.enter(charge: 60, resume: { permit, _ in turns.add(permit) }) else {
            Issue.record("not admitted")
            return
        }
        guard case .waiting = control.enter(charge: 500, resume: { permit, _ in turns.add(permit) }) else {
            Issue.record("passed the bytes beside another")
            return
        }
        // First come, first served: a small one does not overtake.
        guard case .waiting = control.enter(charge: 1, resume: { permit, _ in turns.add(permit) }) else {
            Issue.record("overtook")
            return
        }
        small.release()
        #expect(turns.count == 1)
        #expect(control.load.bytes == 500)
        turns.takeFirst()?.release()
        #expect(turns.count == 1)
    }

    @Test("a waiter that leaves is not called")
    func abandon() {
        let control = AdmissionControl(running: 1, queued: 4, bytes: 100)
        let turns = Turns()
        guard case .admitted(let permit) = control.enter(charge: 1, resume: { permit, _ in turns.add(permit) }),
            case .waiting(let ticket) = control.enter(charge: 1, resume: { permit, _ in turns.add(permit) })
        else {
            Issue.record("not admitted and queued")
            return
        }
        #expect(control.abandon(ticket: ticket))
        permit.release()
        #expect(turns.count == 0)
        #expect(!control.abandon(ticket: ticket))
    }

    @Test("a permit comes back once, however it is let go")
    func permits() {
        let control = AdmissionControl(running: 2, queued: 0, bytes: 100)
        do {
            guard case .admitted(let permit) = control.enter(charge: 10, resume: { _, _ in }) else {
                Issue.record("not admitted")
                return
            }
            permit.release()
            permit.release()
            #expect(control.load.running == 0)
        }
        do { _ = control.enter(charge: 10, resume: { _, _ in }) }
        #expect(control.load.running == 0)
        #expect(control.load.bytes == 0)
    }
}
