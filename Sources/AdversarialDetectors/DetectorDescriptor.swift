package import PixelCore

/// What a detector is, for the policy decoder, `portcullis catalogue` and the documentation.
package struct DetectorDescriptor: Sendable {
    /// The family; also the folder of the source file.
    package enum Family: String, Sendable, CaseIterable {
        case container
        case inputStatistics = "input statistics"
        case predictionConsistency = "prediction consistency"
        case queryHistory = "query history"
    }

    /// The name in a policy, kebab case: `feature-squeezing`.
    package let name: String
    /// Raised whenever equal input may give another score.
    package let version: Int
    /// The family it belongs to.
    package let family: Family
    /// 0 without a model call, 1 with a few copies, 2 with tens.
    package let tier: Int
    /// One sentence: what it finds.
    package let summary: String
    /// What the score is: unit and range.
    package let scoreMeaning: String
    /// Authors, title, venue, year, section or equation.
    package let source: String
    /// What is known to defeat it.
    package let weaknesses: String
    /// The words that may stand in `Signal.findings`.
    package let findings: [String]
    /// What a policy may say.
    package let parameters: [ParameterDescriptor]
    /// False for a score that depends on other requests (a count of near-duplicates), which clean images sent once say
    /// nothing about: it gets no p-value and takes no part in the combination.
    package let isCalibrated: Bool
    /// How much its p-value counts in the combination. What compares answers counts as much as all that looks at pixels.
    package let weight: Double

    /// A descriptor, each member named.
    package init(
        name: String, version: Int, family: Family, tier: Int, summary: String, scoreMeaning: String, source: String,
        weaknesses: String, findings: [String], parameters: [ParameterDescriptor], isCalibrated: Bool = true,
        weight: Double = 1
    ) {
        self.name = name
        self.version = version
        self.family = family
        self.tier = tier
        self.summary = summary
        self.scoreMeaning = scoreMeaning
        self.source = source
        self.weaknesses = weaknesses
        self.findings = findings
        self.parameters = parameters
        self.isCalibrated = isCalibrated
        self.weight = weight
    }
}
