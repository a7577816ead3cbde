import RobustnessEvaluation

/// One line of a result table, while it is being put together.
struct Measured {
    /// What a row is compared with.
    struct Peer {
        /// Its name and how it was set up.
        let name: String
        /// Its value, in the row's unit.
        let value: Double
        /// Ours against the peer in the same run, more than 1 meaning that we are better; nil where they do not compare.
        let ratio: Double?

        /// A peer; `ratio` is nil where the two do different work.
        init(name: String, value: Double, ratio: Double? = nil) {
            self.name = name
            self.value = value
            self.ratio = ratio
        }
    }

    /// Which side of the target is good.
    enum Direction {
        case atLeast, atMost
    }

    /// What was measured.
    let name: String
    let value: Double
    let unit: String
    /// The 95 % interval.
    let low: Double
    let high: Double
    let peer: Peer?
    /// The target; nil for a row that is informational.
    let target: (value: Double, direction: Direction)?

    /// A quantile of a sample, `scale` turning its unit into `unit`.
    init(
        _ name: String, _ statistics: Statistics, share: Double = 0.5, unit: String, scale: Double = 1,
        peer: Peer? = nil, target: (value: Double, direction: Direction)? = nil
    ) {
        let interval = statistics.interval(share)
        self.name = name
        self.value = statistics.quantile(share) * scale
        self.unit = unit
        self.low = interval.low * scale
        self.high = interval.high * scale
        self.peer = peer
        self.target = target
    }
}
