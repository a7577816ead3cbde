import RobustnessEvaluation

extension ResultRow {
    /// A row for a quantile of a sample, with its interval; `scale` turns the sample's unit into `unit`.
    init(
        _ name: String, _ statistics: Statistics, share: Double = 0.5, unit: String, scale: Double = 1,
        peer: Peer? = nil, target: Target? = nil
    ) {
        // One value has no spread to tell of.
        let interval = statistics.count > 1 ? statistics.interval(share) : nil
        self.init(
            name: name, value: statistics.quantile(share) * scale, unit: unit,
            interval: interval.map { ($0.low * scale, $0.high * scale) }, peer: peer, target: target)
    }
}
