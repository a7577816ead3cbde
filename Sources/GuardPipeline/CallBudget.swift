internal import Synchronization

/// The process's allowance of concurrent extra model calls, shared out fairly between clients.
///
/// A security resource: whoever could use it up would switch the copies off. A request takes all the calls it needs at
/// once or waits; waiters are served one client after another, so that a flood from one does not starve the rest.
package final class CallBudget: Sendable {
    private let state: Mutex<State>
    /// Extra calls that may be open at once.
    package let concurrentCopies: Int

    /// A budget of `concurrentCopies`, at least 1.
    package init(concurrentCopies: Int) {
        self.concurrentCopies = max(1, concurrentCopies)
        self.state = Mutex(State(free: max(1, concurrentCopies)))
    }

    /// Takes `count` calls now, or none; false when they are not free, others wait, or `count` passes the whole budget.
    package func tryAcquire(_ count: Int) -> Bool {
        state.withLock { state in
            guard state.free >= count, state.order.isEmpty else { return false }
            state.free -= count
            return true
        }
    }

    /// Takes `count` calls, waiting in line; false when the task is cancelled or `count` passes the whole budget.
    package func acquire(_ count: Int, client: String) async -> Bool {
        guard count <= concurrentCopies else { return false }
        if tryAcquire(count) { return true }
        let ticket = state.withLock { $0.nextTicket() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waiter = Waiter(ticket: ticket, count: count, continuation: continuation)
                let granted = state.withLock { state -> [Waiter] in
                    state.enqueue(waiter, client: client)
                    return state.grant()
                }
                for one in granted { one.continuation.resume(returning: true) }
                // A cancellation that came before the ticket stood in line found nothing to remove.
                if Task.isCancelled { abandon(ticket) }
            }
        } onCancel: {
            abandon(ticket)
        }
    }

    /// Gives `count` calls back.
    package func release(_ count: Int) {
        let granted = state.withLock { state -> [Waiter] in
            state.free = min(concurrentCopies, state.free + count)
            return state.grant()
        }
        for waiter in granted { waiter.continuation.resume(returning: true) }
    }

    /// Requests that stand in line now.
    package var waitingCount: Int {
        state.withLock { $0.waitingCount }
    }

    private func abandon(_ ticket: Int) {
        let (removed, granted) = state.withLock { state -> (Waiter?, [Waiter]) in
            let removed = state.remove(ticket)
            return (removed, state.grant())
        }
        removed?.continuation.resume(returning: false)
        for waiter in granted { waiter.continuation.resume(returning: true) }
    }
}

private struct Waiter {
    let ticket: Int
    let count: Int
    let continuation: CheckedContinuation<Bool, Never>
}

private struct State {
    var free: Int
    /// Clients that wait, in the order in which they are served next.
    var order: [String] = []
    private var waiting: [String: [Waiter]] = [:]
    private var tickets = 0

    init(free: Int) {
        self.free = free
    }

    var waitingCount: Int {
        waiting.values.reduce(0) { $0 + $1.count }
    }

    mutating func nextTicket() -> Int {
        tickets += 1
        return tickets
    }

    mutating func enqueue(_ waiter: Waiter, client: String) {
        if waiting[client] == nil { order.append(client) }
        waiting[client, default: []].append(waiter)
    }

    /// Serves the client at the front as long as its oldest request fits, then moves it to the back.
    mutating func grant() -> [Waiter] {
        var granted: [Waiter] = []
        while let client = order.first, let waiter = waiting[client]?.first, waiter.count <= free {
            free -= waiter.count
            granted.append(waiter)
            order.removeFirst()
            waiting[client]?.removeFirst()
            if waiting[client]?.isEmpty == true {
                waiting[client] = nil
            } else {
                order.append(client)
            }
        }
        return granted
    }

    mutating func remove(_ ticket: Int) -> Waiter? {
        for (client, waiters) in waiting {
            guard let index = waiters.firstIndex(where: { $0.ticket == ticket }) else { continue }
            let waiter = waiting[client]?.remove(at: index)
            if waiting[client]?.isEmpty == true {
                waiting[client] = nil
                order.removeAll { $0 == client }
            }
            return waiter
        }
        return nil
    }
}
