internal import AdversarialDetectors

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
        notes = Self.notes(subject, images, rates, accuracy, failed.count)
    }

    /// Every detector that spoke, by name, then the combination where there is one.
    static func detectors(in images: [EvaluatedImage]) -> [String] {
        var names = Set(images.flatMap { $0.scores.keys }).sorted()
        if images.contains(where: { $0.combined != nil }) { names.append(EvaluatedImage.combinedName) }
        return names
    }

    private static func notes(
        _ subject: EvaluationSubject, _ images: [EvaluatedImage], _ rates: [Double], _ accuracy: AccuracySummary,
        _ failed: Int
    ) -> [String] {
        var notes: [String] = []
        if let calibration = subject.calibration {
            for rate in rates where calibration.images < SampleSize.fewest(for: rate) {
                notes.append(
                    """
                    The calibration has \(calibration.images) clean images: too few to promise \
                    \(RateText.text(rate)), which takes \(SampleSize.fewest(for: rate)).
                    """)
            }
        } else if !images.contains(where: { $0.combined != nil }) {
            notes.append(
                "The route has no calibration: there are no p-values, so nothing is said about fixed false-positive rates."
            )
        }
        if failed > 0 {
            notes.append("\(failed) of \(images.count) images have no verdict: they count as not detected.")
        }
        let degraded = images.count { $0.degraded != nil }
        if degraded > 0 {
            notes.append("For \(degraded) of \(images.count) images a check that was due did not happen.")
        }
        if accuracy.harmlessHere > 0 {
            notes.append(
                """
                \(accuracy.harmlessHere) images fool the model as the manifest says, and this model reads them right: \
                shares of attacked images are of the manifest's.
                """)
        }
        let silent = subject.isModelAsked ? images.count { $0.unguardedLabel == nil } : 0
        if silent > 0 {
            notes.append("The model itself gave no label for \(silent) images: they count as not read right.")
        }
        let closed = images.count { $0.gate == GateSummary.closed }
        if closed > 0, !subject.isGateOpened {
            notes.append(
                """
                The gate stayed closed for \(closed) images: detectors with model calls say nothing about them, which counts \
                as not detected. With --gate open they are asked all the same, and the miss rate is measured.
                """)
        }
        return notes
    }
}
