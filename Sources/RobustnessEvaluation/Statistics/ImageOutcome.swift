/// What the guard made of one image of a manifest.
package struct ImageOutcome: Hashable, Sendable {
    /// How the request ended. In monitor mode, how it would have ended.
    package enum Handling: String, Hashable, Sendable {
        case forwarded, flagged, diverted, rejected
        /// There is no verdict: the request failed. Neither detected nor accepted.
        case failed
    }

    /// The attack; nil for a clean image.
    package var attack: String?
    /// What the image shows.
    package var trueLabel: String
    /// What the attacker wants it read as; nil for a clean image.
    package var attackerLabel: String?
    /// True when the stored image fools the unguarded model.
    package var isStillAdversarial: Bool
    /// How the request ended.
    package var handling: Handling
    /// The label in the answer that the client got; nil when it got none.
    package var answerLabel: String?
    /// A detector's raw score; nil when it did not run.
    package var score: Double?
    /// The image that it was made from; nil where it stands for itself.
    package var source: String?

    /// An outcome, each member named.
    package init(
        attack: String?, trueLabel: String, attackerLabel: String?, isStillAdversarial: Bool, handling: Handling,
        answerLabel: String?, score: Double? = nil
    ) {
        self.attack = attack
        self.trueLabel = trueLabel
        self.attackerLabel = attackerLabel
        self.isStillAdversarial = isStillAdversarial
        self.handling = handling
        self.answerLabel = answerLabel
        self.score = score
    }

    /// The outcome of `row`.
    package init(_ row: Manifest.Row, handling: Handling, answerLabel: String?, score: Double? = nil) {
        self.init(
            attack: row.attack, trueLabel: row.trueLabel, attackerLabel: row.attackerLabel,
            isStillAdversarial: row.isStillAdversarial, handling: handling, answerLabel: answerLabel, score: score)
        source = row.source
    }

    /// True when the request was flagged, diverted or rejected.
    package var isDetected: Bool {
        switch handling {
        case .flagged, .diverted, .rejected: true
        case .forwarded, .failed: false
        }
    }

    /// True when the client got an answer: under forward and flag.
    package var isAnswered: Bool {
        (handling == .forwarded || handling == .flagged) && answerLabel != nil
    }

    /// True when the client got the right answer.
    package var isAnsweredRight: Bool { isAnswered && answerLabel == trueLabel }

    /// True when the client got what the attacker wanted, without a flag: the failure that matters.
    package var isAcceptedWithAttackersLabel: Bool {
        handling == .forwarded && attackerLabel != nil && answerLabel == attackerLabel && attackerLabel != trueLabel
    }
}
