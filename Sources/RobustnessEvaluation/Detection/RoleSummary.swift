/// What the policy did to the clean images of one role.
package struct RoleSummary: Hashable, Sendable {
    /// The role, or `ALL`.
    package let role: String
    /// Answered with the true label and not flagged.
    package let served: Proportion
    /// Flagged, diverted or rejected.
    package let falsePositives: Proportion
    /// The class with the highest share of those; nil where none has enough images.
    package let worstClass: DetectionRates.WorstClass?
    /// Requests without a verdict.
    package let failed: Int

    /// One for each role of `images`, in order of name, then `ALL` where there are several.
    package static func all(_ images: [EvaluatedImage]) -> [RoleSummary] {
        let clean = images.filter(\.isClean)
        let roles = Set(clean.compactMap(\.role)).sorted()
        let parts = roles.map { role in RoleSummary(role, clean.filter { $0.role == role }) }
        return roles.count == 1 ? parts : parts + (clean.isEmpty ? [] : [RoleSummary("ALL", clean)])
    }

    private init(_ role: String, _ images: [EvaluatedImage]) {
        self.role = role
        served = Proportion(images.count { $0.outcome.isAnsweredRight && !$0.outcome.isDetected }, of: images.count)
        falsePositives = Proportion(images.count { $0.outcome.isDetected }, of: images.count)
        worstClass = DetectionRates.worst(of: images) { $0.outcome.isDetected }
        failed = images.count { $0.outcome.handling == .failed }
    }
}
