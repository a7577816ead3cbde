internal import NIOCore

/// Something on an event loop that can run out of time.
protocol Timed: AnyObject {
    /// When `timeIsUp` is called; nil while there is no limit.
    var deadline: NIODeadline? { get }
    /// Position among the watched; kept by `ConnectionDeadlines`.
    var watchIndex: Int { get set }
    /// The deadline has passed.
    func timeIsUp()
}

/// The deadlines of all connections of one event loop, looked at ten times a second.
///
/// A connection changes its deadline by writing one number. A timer per request would cost an allocation and a heap
/// operation for each of the two or three limits that a request passes under.
final class ConnectionDeadlines {
    private static let interval = TimeAmount.milliseconds(100)
    private let eventLoop: any EventLoop
    private let now: () -> NIODeadline
    private var watched: [any Timed] = []
    private var isTicking = false

    /// Deadlines of connections on `eventLoop`.
    init(eventLoop: any EventLoop, now: @escaping () -> NIODeadline = { NIODeadline.now() }) {
        self.eventLoop = eventLoop
        self.now = now
    }

    /// Watches `item` until `unwatch`.
    func watch(_ item: any Timed) {
        item.watchIndex = watched.count
        watched.append(item)
        if !isTicking { schedule() }
    }

    /// Stops watching; the last item takes the free place.
    func unwatch(_ item: any Timed) {
        let index = item.watchIndex
        guard index >= 0, index < watched.count, watched[index] === item else { return }
        watched.swapAt(index, watched.count - 1)
        watched.removeLast()
        if index < watched.count { watched[index].watchIndex = index }
        item.watchIndex = -1
    }

    /// Calls everyone whose time is up.
    func tick() {
        let time = now()
        var index = watched.count - 1
        // From the back, so that an item that leaves while it is called moves nobody that is still to be looked at.
        while index >= 0 {
            if index < watched.count {
                let item = watched[index]
                if let deadline = item.deadline, deadline <= time { item.timeIsUp() }
            }
            index -= 1
        }
    }

    private func schedule() {
        isTicking = true
        eventLoop.assumeIsolated().scheduleTask(in: Self.interval) {
            self.isTicking = false
            self.tick()
            if !self.watched.isEmpty { self.schedule() }
        }
    }
}
