package import ImageCodecs

/// One rule: data, never code.
package struct PolicyRule: Hashable, Sendable {
    /// Unique in the route; the reason code in the audit record. From `name:`, or `rule-<n>`.
    package let name: String
    /// When it matches.
    package let condition: RuleCondition
    /// What it asks for.
    package let then: VerdictKind
    /// Line in the policy file.
    package let line: Int
}

/// When a rule matches.
package indirect enum RuleCondition: Hashable, Sendable {
    /// Always.
    case always
    /// Every member matches.
    case all([RuleCondition])
    /// Some member matches.
    case any([RuleCondition])
    /// The member does not match.
    case not(RuleCondition)
    /// The detector's raw score is above the number (strictly). False when there is no score.
    case scoreAbove(detector: String, threshold: Double)
    /// At most this share of clean images looks as odd to the detector. False when there is no p-value.
    case rateAtMost(detector: String, rate: Double)
    /// At most this share of clean images looks as odd to all detectors together. False when there is no combination.
    case combinedAtMost(rate: Double)
    /// The detector reported this word.
    case finding(detector: String, word: String)
    /// The image has this format.
    case format(ImageFormat)
    /// The image has more pixels than this.
    case pixelsAbove(Int)
    /// The answer's top label (vectors joined by `,`) is one of these.
    case answerLabel([String])
    /// The smallest top probability over the answer's vectors is below this.
    case confidenceBelow(Double)
}
