package import AdversarialDetectors
package import ImageCodecs

/// What a rule may look at.
package struct DecisionInput: Sendable {
    /// What detectors found so far.
    package let signals: [Signal]
    /// What the container said; nil when nothing was decoded.
    package let facts: ContainerFacts?
    /// Columns times rows after orientation; 0 when nothing was decoded.
    package let pixels: Int
    /// The model's answer; nil when there is none.
    package let answer: ModelAnswer?
    /// What the detectors say together; nil without a calibration.
    package let combined: CombinedScore?

    /// An input, each member named.
    package init(
        signals: [Signal], facts: ContainerFacts?, pixels: Int, answer: ModelAnswer?, combined: CombinedScore? = nil
    ) {
        self.combined = combined
        self.signals = signals
        self.facts = facts
        self.pixels = pixels
        self.answer = answer
    }
}

extension RoutePlan {
    /// The rules' verdict: the most severe match, the first of equals; every match is named, the deciding one first.
    package func decide(_ input: DecisionInput) -> Verdict {
        decide(by: rules, input)
    }

    /// The verdict of the rules that need no answer. A rule about an answer that is still to come is left out, since
    /// under `not` its absence would look like a match.
    package func decideBeforeAsking(_ input: DecisionInput) -> Verdict {
        let asking = Set(detectors.filter { $0.descriptor.tier > 0 }.map(\.descriptor.name))
        return decide(by: rules.filter { !$0.condition.needsAnswer(asking) }, input)
    }

    /// True when some rule looks at the answer itself.
    package var rulesNeedAnswer: Bool {
        Self.needAnswer(rules)
    }

    /// True when one of `rules` looks at the answer itself.
    static func needAnswer(_ rules: [PolicyRule]) -> Bool {
        rules.contains { $0.condition.needsAnswer([]) }
    }

    private func decide(by rules: [PolicyRule], _ input: DecisionInput) -> Verdict {
        let matched = rules.filter { $0.condition.matches(input) }
        guard let worst = matched.map(\.then).max(), let decider = matched.first(where: { $0.then == worst }) else {
            return Verdict(kind: .forward, reasons: [], line: nil)
        }
        let others = matched.map(\.name).filter { $0 != decider.name }
        return Verdict(kind: worst, reasons: [decider.name] + others, line: decider.line)
    }
}

extension RuleCondition {
    /// True when the condition holds. What is not there matches nothing.
    package func matches(_ input: DecisionInput) -> Bool {
        switch self {
        case .always:
            return true
        case .all(let members):
            return members.allSatisfy { $0.matches(input) }
        case .any(let members):
            return members.contains { $0.matches(input) }
        case .not(let member):
            return !member.matches(input)
        case .scoreAbove(let detector, let threshold):
            return input.signals.contains { $0.detector == detector && !($0.score <= threshold) }
        case .rateAtMost(let detector, let rate):
            return input.signals.contains { $0.detector == detector && ($0.pValue ?? 1) <= rate }
        case .combinedAtMost(let rate):
            return (input.combined?.pValue ?? 1) <= rate
        case .finding(let detector, let word):
            return input.signals.contains { $0.detector == detector && $0.findings.contains(word) }
        case .format(let format):
            return input.facts?.format == format
        case .pixelsAbove(let count):
            return input.pixels > count
        case .answerLabel(let labels):
            guard let answer = input.answer else { return false }
            return labels.contains(answer.label)
        case .confidenceBelow(let limit):
            guard let answer = input.answer else { return false }
            return answer.vectors.contains { $0.values[$0.topIndex] < limit }
        }
    }

    /// True when the condition looks at the answer or at the score of one of `askingDetectors`.
    package func needsAnswer(_ askingDetectors: Set<String>) -> Bool {
        switch self {
        case .always, .format, .pixelsAbove: false
        case .all(let members), .any(let members): members.contains { $0.needsAnswer(askingDetectors) }
        case .not(let member): member.needsAnswer(askingDetectors)
        case .scoreAbove(let detector, _), .finding(let detector, _), .rateAtMost(let detector, _):
            askingDetectors.contains(detector)
        case .combinedAtMost: !askingDetectors.isEmpty
        case .answerLabel, .confidenceBelow: true
        }
    }

    /// True when near-duplicate counts alone, with nothing else said about the request, would make the condition hold.
    var restsOnDuplicatesAlone: Bool {
        mentionsDuplicates && holds(whenDuplicatesAre: true) && !holds(whenDuplicatesAre: false)
    }

    private static let duplicates = "near-duplicates"

    private var mentionsDuplicates: Bool {
        switch self {
        case .scoreAbove(let detector, _), .finding(let detector, _), .rateAtMost(let detector, _):
            detector == Self.duplicates
        case .all(let members), .any(let members): members.contains(where: \.mentionsDuplicates)
        case .not(let member): member.mentionsDuplicates
        case .always, .format, .pixelsAbove, .answerLabel, .confidenceBelow, .combinedAtMost: false
        }
    }

    private func holds(whenDuplicatesAre present: Bool) -> Bool {
        switch self {
        case .always: true
        case .all(let members): members.allSatisfy { $0.holds(whenDuplicatesAre: present) }
        case .any(let members): members.contains { $0.holds(whenDuplicatesAre: present) }
        case .not(let member): !member.holds(whenDuplicatesAre: present)
        case .scoreAbove(let detector, _), .finding(let detector, _), .rateAtMost(let detector, _):
            detector == Self.duplicates && present
        case .format, .pixelsAbove, .answerLabel, .confidenceBelow, .combinedAtMost: false
        }
    }
}
