import RobustnessEvaluation

/// How long one operation takes us and a peer, measured in turns: one entry of each list for a round.
struct PairedTimes {
    /// Nanoseconds for one call of ours.
    private(set) var ours: [Double] = []
    /// Nanoseconds for one call of the peer's.
    private(set) var theirs: [Double] = []
    /// Nanoseconds for copying the input once; what memory allows.
    private(set) var copies: [Double] = []

    /// Adds a round.
    mutating func add(ours: Double, theirs: Double, copy: Double) {
        self.ours.append(ours)
        self.theirs.append(theirs)
        copies.append(copy)
    }

    /// The peer's time by ours of each round. More than 1: we are faster.
    var ratios: [Double] { zip(theirs, ours).map { $0 / $1 } }

    /// A row in nanoseconds for each of `pixels`.
    ///
    /// `traffic` is what the operation must read and write, by what copying the input reads and writes.
    func row(
        _ name: String, pixels: Int, peer: String, target: Double?, traffic: Double = 1
    ) -> ResultRow {
        let ratio = Statistics(ratios)
        let own = Statistics(ours)
        let figure = ResultRow.Peer(
            name: peer, value: Statistics(theirs).median / Double(pixels), ratio: ratio.median,
            ratioInterval: ratio.count > 1 ? ratio.interval(0.5) : nil)
        var row = ResultRow(
            name, own, unit: "ns/pixel", scale: 1 / Double(pixels), peer: figure, target: target.map { .atLeast($0) })
        row.memoryShare = Statistics(copies).median * traffic / own.median
        return row
    }
}

/// How many calls and rounds a measurement takes, from what one call took.
struct PairedPlan: Equatable {
    /// Calls of ours in a round.
    let ourCalls: Int
    /// Calls of the peer's in a round.
    let peerCalls: Int
    /// Rounds: at least six, the least of which the extremes enclose the median with 95 % confidence.
    let rounds: Int

    /// Fills `seconds` with rounds of about 2 ms on each side, where single calls are shorter than that.
    init(ours: Double, theirs: Double, seconds: Double) {
        ourCalls = Self.calls(ours)
        peerCalls = Self.calls(theirs)
        let round = Double(ourCalls) * max(ours, 1) + Double(peerCalls) * max(theirs, 1)
        rounds = Int(max(6, min(61, seconds * 1e9 / round)))
    }

    private static func calls(_ nanoseconds: Double) -> Int { Int(max(1, min(200, 2e6 / max(nanoseconds, 1)))) }
}
