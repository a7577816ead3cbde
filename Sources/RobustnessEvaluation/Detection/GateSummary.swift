/// What a gate before the detectors with model calls lets by.
package struct GateSummary: Hashable, Sendable {
    /// How often the gate said each of its words, by word.
    package let outcomes: [Outcome]
    /// Of the attacked images that fool the model, those behind a closed gate.
    package let closedAttacked: Proportion
    /// Of the clean images, those behind a closed gate: what it saves.
    package let closedClean: Proportion
    /// Of the attacked images that fool the model: not detected behind the closed gate, and detected with it open. Nil
    /// unless they were sent again with the gate open.
    package let missed: Proportion?
    /// The same of those behind the closed gate alone; nil unless they were sent again.
    package let missedOfClosed: Proportion?
    /// Of the attacked images that fool the model: detected under the policy's own gate; nil unless they were sent again.
    package let detectedAsPolicy: Proportion?
    /// Of the attacked images that fool the model: accepted unflagged with the attacker's label under the policy's own gate;
    /// nil unless they were sent again.
    package let acceptedAsPolicy: Proportion?
    /// Of the attacked images that fool the model and that the random sample let through: detected. An estimate of the
    /// miss rate of what the condition leaves closed; without bias, since the sample is drawn from the pixels.
    package let sampledDetected: Proportion

    /// One word of the gate.
    package struct Outcome: Hashable, Sendable {
        /// `closed`, `sample`, …
        package let name: String
        /// How often.
        package let count: Int
    }

    /// What a gate that is closed is called in records.
    package static let closed = "closed"
    private static let sample = "sample"

    /// The gate's part in `images`; nil when no record speaks of a gate.
    package init?(_ images: [EvaluatedImage]) {
        let words = Dictionary(grouping: images.compactMap(\.gate)) { $0 }
        guard !words.isEmpty else { return nil }
        outcomes = words.map { Outcome(name: $0.key, count: $0.value.count) }.sorted { $0.name < $1.name }
        let fooling = images.filter(\.isFooling)
        let clean = images.filter(\.isClean)
        let closed = fooling.filter { $0.gate == Self.closed }
        closedAttacked = Proportion(of: fooling, source: \.outcome.source) { $0.gate == Self.closed }
        closedClean = Proportion(clean.count { $0.gate == Self.closed }, of: clean.count)
        let wasOpened = images.contains { $0.behindGate != nil }
        func isMissed(_ image: EvaluatedImage) -> Bool {
            image.gate == Self.closed && image.behindGate?.isDetected == false && image.outcome.isDetected
        }
        missed = wasOpened ? Proportion(of: fooling, source: \.outcome.source, isMissed) : nil
        missedOfClosed = wasOpened ? Proportion(of: closed, source: \.outcome.source, isMissed) : nil
        let asPolicy = fooling.map { $0.behindGate ?? $0.outcome }
        detectedAsPolicy = wasOpened ? Proportion(of: asPolicy, source: \.source, \.isDetected) : nil
        acceptedAsPolicy =
            wasOpened ? Proportion(of: asPolicy, source: \.source, \.isAcceptedWithAttackersLabel) : nil
        let sampled = fooling.filter { $0.gate == Self.sample }
        sampledDetected = Proportion(of: sampled, source: \.outcome.source, \.outcome.isDetected)
    }
}
