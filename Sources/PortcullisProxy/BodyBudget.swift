internal import Synchronization

/// The bytes that the bodies of inspected requests may take together, and how many of them one client may take.
/// Shared by all event loops.
final class BodyBudget: Sendable {
    private struct State {
        var used = 0
        var byClient: [String: Int] = [:]
    }

    /// The whole budget.
    let limit: Int
    /// What one client may hold of it.
    let share: Int
    private let state = Mutex(State())

    /// A budget of `limit` bytes, of which one client may hold `sharePercent` (1...100), and always one body of
    /// `largest` bytes where the budget has room for it.
    init(limit: Int, sharePercent: Int = 100, largest: Int = 0) {
        self.limit = limit
        let percent = min(100, max(1, sharePercent))
        share = min(limit, max(largest, limit / 100 * percent + limit % 100 * percent / 100))
    }

    /// Bytes that are reserved.
    var reserved: Int { state.withLock { $0.used } }

    /// A reservation of `bytes` for `client`, whose body may need `inAll`; nil when these are not free now.
    func reserve(_ bytes: Int, of inAll: Int, client: String) -> BodyReservation? {
        let isTaken = state.withLock { state in
            guard free(client, state) >= max(bytes, inAll) else { return false }
            state.used += bytes
            state.byClient[client, default: 0] += bytes
            return true
        }
        return isTaken ? BodyReservation(budget: self, client: client, bytes: bytes) : nil
    }

    fileprivate func take(_ bytes: Int, client: String) -> Bool {
        state.withLock { state in
            guard free(client, state) >= bytes else { return false }
            state.used += bytes
            state.byClient[client, default: 0] += bytes
            return true
        }
    }

    fileprivate func give(_ bytes: Int, client: String) {
        state.withLock { state in
            state.used -= bytes
            let left = state.byClient[client, default: bytes] - bytes
            state.byClient[client] = left > 0 ? left : nil
        }
    }

    private func free(_ client: String, _ state: borrowing State) -> Int {
        min(limit - state.used, share - (state.byClient[client] ?? 0))
    }
}

/// Part of a body budget; given back when nobody holds it any more.
final class BodyReservation: Sendable {
    private let budget: BodyBudget
    private let client: String
    private let bytes: Atomic<Int>

    fileprivate init(budget: BodyBudget, client: String, bytes: Int) {
        self.budget = budget
        self.client = client
        self.bytes = Atomic(bytes)
    }

    /// Bytes reserved.
    var size: Int { bytes.load(ordering: .relaxed) }

    /// Makes the reservation at least `total` bytes; false when they are not free. Called by one thread at a time.
    func grow(to total: Int) -> Bool {
        let missing = total - size
        guard missing > 0 else { return true }
        guard budget.take(missing, client: client) else { return false }
        bytes.add(missing, ordering: .relaxed)
        return true
    }

    deinit {
        budget.give(size, client: client)
    }
}
