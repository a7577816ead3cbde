/// One value of a record beside what it comes to now.
struct ReplayedValue: Hashable, Sendable {
    /// What the comparison says.
    enum Status: Hashable, Sendable {
        case same, different
        /// It cannot be computed again, and why.
        case incomparable(String)
    }

    /// `feature-squeezing score`.
    let name: String
    /// As it was recorded; nil for nothing.
    let recorded: String?
    /// As it is now; nil for nothing.
    let now: String?
    /// What the comparison says.
    let status: Status

    /// Two texts, the same or not.
    init(_ name: String, recorded: String?, now: String?) {
        self.name = name
        self.recorded = recorded
        self.now = now
        status = recorded == now ? .same : .different
    }

    /// Two numbers, the same when they are at most `tolerance` apart, relative to the larger where that is above 1.
    init(_ name: String, recorded: Double?, now: Double?, tolerance: Double) {
        self.name = name
        self.recorded = recorded.map { "\($0)" }
        self.now = now.map { "\($0)" }
        switch (recorded, now) {
        case (nil, nil): status = .same
        case (let recorded?, let now?):
            let scale = max(1, abs(recorded), abs(now))
            status = recorded == now || abs(recorded - now) <= tolerance * scale ? .same : .different
        default: status = .different
        }
    }

    /// A value that cannot be computed again.
    init(_ name: String, recorded: String?, why: String) {
        self.name = name
        self.recorded = recorded
        now = nil
        status = .incomparable(why)
    }

    /// One line: `same       verdict  flag`.
    var line: String {
        let (was, is_) = (recorded ?? "none", now ?? "none")
        return switch status {
        case .same: "same       \(name): \(was)"
        case .different: "different  \(name): \(was) recorded, \(is_) now"
        case .incomparable(let why): "-          \(name): \(was) recorded; \(why)"
        }
    }
}
