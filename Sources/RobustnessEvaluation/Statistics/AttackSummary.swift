/// What the guard did to the images of each attack and to the clean ones, as `evaluate` reports it.
package struct AttackSummary: Hashable, Sendable {
    /// The images of one attack, or of all. Shares are of those that still fool the unguarded model; the rest of an
    /// attack's images are harmless and only counted.
    package struct Attack: Hashable, Sendable {
        /// The attack, or `ALL`.
        package let name: String
        /// Images, harmless ones included.
        package let images: Int
        /// Flagged, diverted or rejected.
        package let detected: Proportion
        /// Forwarded without a flag, answered as the attacker wants.
        package let acceptedUnflagged: Proportion
        /// Answered with the true label, flagged or not.
        package let answeredRight: Proportion
        /// Requests without a verdict.
        package let failed: Int
        /// Median score of the still-adversarial images that have one.
        package let medianScore: Double?
    }

    /// The clean images.
    package struct Clean: Hashable, Sendable {
        /// Answered with the true label and not flagged.
        package let answeredRightUnflagged: Proportion
        /// Flagged, diverted or rejected.
        package let falsePositives: Proportion
        /// Requests without a verdict.
        package let failed: Int
        /// Median score of those that have one.
        package let medianScore: Double?
    }

    /// Each attack by name, then `ALL`; empty when no image was attacked.
    package let attacks: [Attack]
    /// The clean images; nil when there were none.
    package let clean: Clean?

    /// The summary of `outcomes`.
    package init(_ outcomes: [ImageOutcome]) {
        let attacked = Dictionary(grouping: outcomes.filter { $0.attack != nil }) { $0.attack ?? "" }
        var attacks = attacked.keys.sorted().map { Self.summarize($0, attacked[$0] ?? []) }
        if !attacks.isEmpty { attacks.append(Self.summarize("ALL", outcomes.filter { $0.attack != nil })) }
        self.attacks = attacks
        let clean = outcomes.filter { $0.attack == nil }
        self.clean = clean.isEmpty ? nil : Self.summarize(clean: clean)
    }

    /// The row `ALL`; nil when no image was attacked.
    package var all: Attack? { attacks.last }

    private static func summarize(_ name: String, _ outcomes: [ImageOutcome]) -> Attack {
        let adversarial = outcomes.filter(\.isStillAdversarial)
        return Attack(
            name: name, images: outcomes.count, detected: share(of: adversarial, \.isDetected),
            acceptedUnflagged: share(of: adversarial, \.isAcceptedWithAttackersLabel),
            answeredRight: share(of: adversarial, \.isAnsweredRight),
            failed: outcomes.filter { $0.handling == .failed }.count, medianScore: median(adversarial))
    }

    private static func summarize(clean outcomes: [ImageOutcome]) -> Clean {
        Clean(
            answeredRightUnflagged: share(of: outcomes) { $0.isAnsweredRight && !$0.isDetected },
            falsePositives: share(of: outcomes, \.isDetected),
            failed: outcomes.filter { $0.handling == .failed }.count, medianScore: median(outcomes))
    }

    private static func share(of outcomes: [ImageOutcome], _ holds: (ImageOutcome) -> Bool) -> Proportion {
        Proportion(of: outcomes, source: \.source, holds)
    }

    /// The lower of the middle two for an even count, so that it is a score that was seen.
    private static func median(_ outcomes: [ImageOutcome]) -> Double? {
        let scores = outcomes.compactMap(\.score).filter(\.isFinite).sorted()
        return scores.isEmpty ? nil : scores[(scores.count - 1) / 2]
    }
}

extension AttackSummary {
    /// Two tables for a terminal, with 95 % intervals.
    package func text() -> String {
        var text = ""
        if !attacks.isEmpty {
            var table = TextTable(headings: [
                "attack", "images", "detected", "accepted with attacker's label", "answered right", "median score",
                "failed",
            ])
            for attack in attacks {
                table.add([
                    attack.name, "\(attack.images)", attack.detected.text, attack.acceptedUnflagged.text,
                    attack.answeredRight.text, attack.medianScore.map { Decimals.significant($0) } ?? "-",
                    "\(attack.failed)",
                ])
            }
            text +=
                table.render() + "Shares are of the images that still fool the unguarded model, with 95 % intervals.\n"
        }
        if let clean {
            var table = TextTable(headings: [
                "clean", "images", "answered right, unflagged", "false positives", "median score", "failed",
            ])
            table.add([
                "ALL", "\(clean.falsePositives.total)", clean.answeredRightUnflagged.text, clean.falsePositives.text,
                clean.medianScore.map { Decimals.significant($0) } ?? "-", "\(clean.failed)",
            ])
            text += (text.isEmpty ? "" : "\n") + table.render()
        }
        return text
    }

    /// The figures as rows of a result table: `detected ATTACK`, `accepted with attacker's label ATTACK`,
    /// `answered right ATTACK`, `answered right and unflagged clean`, `false positives clean`.
    ///
    /// `targets` holds bounds by row name; the other rows are informational. An attack without any image that still
    /// fools the model has no rows.
    package func rows(targets: [String: ResultRow.Target] = [:]) -> [ResultRow] {
        var shares: [(String, Proportion)] = []
        for attack in attacks {
            shares.append(("detected \(attack.name)", attack.detected))
            shares.append(("accepted with attacker's label \(attack.name)", attack.acceptedUnflagged))
            shares.append(("answered right \(attack.name)", attack.answeredRight))
        }
        if let clean {
            shares.append(("answered right and unflagged clean", clean.answeredRightUnflagged))
            shares.append(("false positives clean", clean.falsePositives))
        }
        return shares.compactMap { ResultRow(name: $0, $1, target: targets[$0]) }
    }
}
