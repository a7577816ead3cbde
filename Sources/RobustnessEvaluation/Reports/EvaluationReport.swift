/// Everything that an evaluation found: what the three files are made from.
package struct EvaluationReport: Sendable {
    /// One detector's curve.
    package struct Curve: Hashable, Sendable {
        /// A detector, or `combined`.
        package let detector: String
        /// Against every attack together.
        package let curve: ReceiverCurve
        /// The area against each attack alone, by attack.
        package let areas: [AttackArea]
    }

    /// The area under a detector's curve against one attack.
    package struct AttackArea: Hashable, Sendable {
        /// The attack.
        package let attack: String
        /// 0...1.
        package let area: Double
    }

    /// A cause and how many images it met.
    package struct Cause: Hashable, Sendable {
        /// In words of the record.
        package let name: String
        /// How often.
        package let count: Int
    }

    /// What was evaluated.
    package let subject: EvaluationSubject
    /// In the order of the manifests; none is left out.
    package let images: [EvaluatedImage]
    /// False-positive rates that were looked at, in the order in which they were asked for.
    package let rates: [Double]
    /// With and without the guard.
    package let accuracy: AccuracySummary
    /// By what was carried out.
    package let summary: AttackSummary
    /// By what was carried out, of the clean images of each role.
    package let roles: [RoleSummary]
    /// By p-value at each rate.
    package let detection: DetectionRates
    /// In the order of `detectors`.
    package let curves: [Curve]
    /// Of the combination, or where there is none of the only detector with p-values; nil without p-values.
    package let frontier: ProtectionFrontier?
    /// The gate; nil for a policy without one.
    package let gate: GateSummary?
    /// What it cost.
    package let cost: CostSummary
    /// Images without a verdict, as positions in `images`.
    package let failed: [Int]
    /// Checks that were due and did not happen, by cause.
    package let degraded: [Cause]
    /// What a reader must know before believing a figure; one sentence each.
    package let notes: [String]

    /// The report on `images`.
    package init(subject: EvaluationSubject, images: [EvaluatedImage], rates: [Double]) {
        self.subject = subject
        self.images = images
        self.rates = rates
        accuracy = AccuracySummary(images, isModelAsked: subject.isModelAsked)
        summary = AttackSummary(images.map(\.outcome))
        roles = RoleSummary.all(images)
        detection = DetectionRates(images, rates: rates)
        let attacks = detection.attacks.dropLast()
        curves = Self.detectors(in: images).compactMap { detector in
            ReceiverCurve(images, detector: detector).map { curve in
                Curve(
                    detector: detector, curve: curve,
                    areas: attacks.compactMap { attack in
                        ReceiverCurve(images, detector: detector, attack: attack).map {
                            AttackArea(attack: attack, area: $0.area)
                        }
                    })
            }
        }
        frontier = detection.leading.flatMap { ProtectionFrontier(images, detector: $0) }
        gate = GateSummary(images)
        cost = CostSummary(images)
        failed = images.indices.filter { images[$0].outcome.handling == .failed }
        degraded = Dictionary(grouping: images.compactMap(\.degraded)) { $0 }
            .map { Cause(name: $0.key, count: $0.value.count) }.sorted { $0.name < $1.name }
        notes = ReportNotes(subject: subject, images: images, rates: rates).all(
            harmless: accuracy.harmlessHere, failed: failed.count)
    }

    /// Every detector that spoke, by name, then the combination where there is one.
    static func detectors(in images: [EvaluatedImage]) -> [String] {
        var names = Set(images.flatMap { $0.scores.keys }).sorted()
        if images.contains(where: { $0.combined != nil }) { names.append(EvaluatedImage.combinedName) }
        return names
    }
}
