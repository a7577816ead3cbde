import Foundation

/// Says how far long work has come: a line that is rewritten on a terminal, else a line every ten seconds.
struct Progress: ~Copyable {
    private let label: String
    private let total: Int
    private let isTerminal: Bool
    private let start: ContinuousClock.Instant
    private var lastReport: ContinuousClock.Instant
    private var done = 0

    /// Work of `total` steps called `label`.
    init(_ label: String, total: Int, isTerminal: Bool = Terminal.isErrorTerminal) {
        self.label = label
        self.total = total
        self.isTerminal = isTerminal
        self.start = ContinuousClock.now
        self.lastReport = start
    }

    /// One more step is done.
    mutating func step() {
        done += 1
        let now = ContinuousClock.now
        guard now - lastReport >= (isTerminal ? .milliseconds(200) : .seconds(10)) else { return }
        lastReport = now
        let text = Self.line(label: label, done: done, total: total, elapsed: now - start)
        if isTerminal { Terminal.overwrite(text) } else { Terminal.note(text) }
    }

    /// Removes the line from a terminal.
    consuming func finish() {
        if isTerminal { Terminal.overwrite("") }
    }

    /// `images 120/2000, 45/s, 42 s left`.
    static func line(label: String, done: Int, total: Int, elapsed: Duration) -> String {
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
        guard seconds > 0, done > 0 else { return "\(label) \(done)/\(total)" }
        let rate = Double(done) / seconds
        let left = Int((Double(max(0, total - done)) / rate).rounded(.up))
        return
            "\(label) \(done)/\(total), \(rate >= 10 ? String(Int(rate)) : String(format: "%.1f", rate))/s, \(left) s left"
    }
}
