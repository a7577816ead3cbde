internal import AdversarialDetectors

/// What a reader must know before believing a figure.
struct ReportNotes {
    let subject: EvaluationSubject
    let images: [EvaluatedImage]
    let rates: [Double]

    /// One sentence or two each. `harmless` images fool the model as the manifest says and are read right here; `failed`
    /// have no verdict.
    func all(harmless: Int, failed: Int) -> [String] {
        var notes = calibration
        if failed > 0 {
            notes.append("\(failed) of \(images.count) images have no verdict: they count as not detected.")
        }
        let degraded = images.count { $0.degraded != nil }
        if degraded > 0 {
            notes.append("For \(degraded) of \(images.count) images a check that was due did not happen.")
        }
        if harmless > 0 {
            notes.append(
                """
                \(harmless) images fool the model as the manifest says, and this model reads them right: shares of \
                attacked images are of the manifest's.
                """)
        }
        let silent = subject.isModelAsked ? images.count { $0.unguardedLabel == nil } : 0
        if silent > 0 {
            notes.append("The model itself gave no label for \(silent) images: they count as not read right.")
        }
        let sources = images.compactMap(\.outcome.source)
        if Set(sources).count < sources.count {
            notes.append(
                """
                \(sources.count) images were made from \(Set(sources).count): intervals over several attacks are as wide as \
                those of fewer independent images.
                """)
        }
        let closed = images.count { $0.gate == GateSummary.closed }
        if closed > 0, subject.isGateOpened {
            notes.append(
                """
                The policy's gate stayed closed for \(closed) images, and they were sent again with it open: all figures \
                are with the gate open, except those that say "as the policy has it".
                """)
        } else if closed > 0 {
            notes.append(
                """
                The gate stayed closed for \(closed) images: detectors with model calls say nothing about them, which \
                counts as not detected. With --gate open they are asked all the same, and the miss rate is measured.
                """)
        }
        return notes
    }

    private var calibration: [String] {
        guard let calibration = subject.calibration else {
            if images.contains(where: { $0.combined != nil }) { return [] }
            return [
                "The route has no calibration: there are no p-values, so nothing is said about fixed false-positive rates."
            ]
        }
        var notes = rates.filter { calibration.images < SampleSize.fewest(for: $0) }.map { rate in
            """
            The calibration has \(calibration.images) clean images: too few to promise \(RateText.text(rate)), which \
            takes \(SampleSize.fewest(for: rate)).
            """
        }
        for (detector, fewest) in calibration.fewestCompared.sorted(by: { $0.key < $1.key }) {
            let unreachable = rates.filter { $0 * Double(fewest + 1) < 1 - 1e-12 }.map { RateText.text($0) }
            if !unreachable.isEmpty {
                notes.append(
                    """
                    \(detector) compares some images with \(fewest) clean ones alone, so that their p-values never get to \
                    \(unreachable.joined(separator: ", ")): there it finds nothing by itself.
                    """)
            }
        }
        return notes
    }
}
