internal import ImageCodecs
internal import PixelCore
internal import PixelKernels

/// What the detectors of residuals have in common: features in, the sum of excesses out.
struct ExcessScore: Sendable {
    /// The detector's name.
    let detector: String
    /// True where the strongest window is part of the signal.
    var isLocal = false
    /// How colour images are compared.
    let colour: ExcessPlan
    /// How grey images are; nil where they give no signal.
    let grey: ExcessPlan?
    /// What was learned; nil before.
    var fit: ExcessFit?

    /// The plan for a stratum.
    func plan(for stratum: String) -> ExcessPlan? {
        stratum.hasSuffix(ExcessFit.greySuffix) ? grey : colour
    }

    /// The word of the claimed compression, told apart for grey images.
    static func stratum(of subject: DetectorSubject) -> String {
        let claimed = ClaimedCompression.stratum(of: subject.facts)
        return subject.image.shape.channels == 1 ? claimed + ExcessFit.greySuffix : claimed
    }

    /// What a fit is made from; nil for an image without features or plan.
    func features(of subject: DetectorSubject) -> DetectorFeatures? {
        let stratum = Self.stratum(of: subject)
        guard let plan = plan(for: stratum), let residual = subject.statistics.residual else { return nil }
        return DetectorFeatures(stratum: stratum, values: plan.values(residual))
    }

    /// The sum of the targets' excesses as the score and each group's mean as evidence; nil before a fit and for an image
    /// that nothing was learned about.
    func signal(of subject: DetectorSubject) -> Signal? {
        guard let fit, let features = features(of: subject), let model = fit.model(for: features.stratum),
            let plan = plan(for: features.stratum)
        else { return nil }
        let split = plan.covariates.count
        let excess = model.excess(
            covariates: Array(features.values[..<split]), targets: Array(features.values[split...]))
        var evidence: [Signal.Evidence] = []
        var start = 0
        for group in plan.groups {
            let sum = excess[start..<start + group.targets.count].reduce(0, +)
            evidence.append(Signal.Evidence(name: group.name, value: sum / Double(group.targets.count)))
            start += group.targets.count
        }
        let box = isLocal ? subject.statistics.residual?.energy.strongestBox : nil
        return Signal(
            detector: detector, score: excess.reduce(0, +), evidence: evidence, stratum: features.stratum,
            boxes: box.map { [$0] } ?? [])
    }
}

/// Names of features that several plans hold.
enum ResidualNames {
    /// Ranks and mean of second differences that tell fine noise.
    static func fine(_ scale: Int, _ plane: String) -> [String] {
        ["q10", "q25", "q50", "mean"].map { "s\(scale).\(plane).k3.\($0)" }
    }

    /// How much content there is at a quarter of the scale.
    static func content(_ plane: String) -> [String] {
        ["dx.q50", "dx.mean", "dy.q50", "dy.mean"].map { "s4.\(plane).\($0)" }
    }

    /// The largest second differences.
    static func largest(_ plane: String) -> [String] {
        ["t1", "t4", "t8"].map { "s1.\(plane).k3.\($0)" }
    }

    /// How colourful the image is.
    static let saturation = ["sat.q25", "sat.q50", "sat.q90"]
}
