/// What rules and the gate of a route look at, with places, so that what a calibration lacks is told where it is missed.
final class SignalUses {
    /// One mention of a detector, or of all of them together.
    struct Use {
        /// Where the document says it.
        let place: PolicyNode.Place
        /// The detector; nil for the combination.
        let detector: String?
        /// The false-positive rate; nil for a raw score or a finding.
        let rate: Double?
        /// The rate as the document writes it.
        let rateText: String
    }

    private(set) var uses: [Use] = []

    /// Notes a use.
    func add(_ use: Use) { uses.append(use) }

    /// Notes those of `others`.
    func add(_ others: SignalUses) { uses += others.uses }
}
