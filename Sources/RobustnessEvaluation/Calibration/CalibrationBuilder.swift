package import AdmissionPolicy
package import AdversarialDetectors

/// A detector as a calibration names it.
package struct MeasuredDetector: Hashable, Sendable {
    /// The detector's name.
    package let name: String
    /// Its version.
    package let version: Int
    /// True when it needs no model call.
    package let isTierZero: Bool
    /// How much it counts in the combination; positive.
    package let weight: Double
    /// Its parameters as text, by name.
    package let parameters: [String: String]
    /// What it learned; nil when it learns nothing.
    package let fit: DetectorFit?

    /// A detector, each member named.
    package init(
        name: String, version: Int, isTierZero: Bool, weight: Double = 1, parameters: [String: String] = [:],
        fit: DetectorFit? = nil
    ) {
        self.name = name
        self.version = version
        self.isTierZero = isTierZero
        self.weight = weight
        self.parameters = parameters
        self.fit = fit
    }

    /// Those of `route` that take part in a calibration, in the order of the policy.
    package static func all(of route: RoutePlan, fits: [String: DetectorFit]) -> [MeasuredDetector] {
        route.detectors.filter(\.descriptor.isCalibrated).map { planned in
            MeasuredDetector(
                name: planned.descriptor.name, version: planned.descriptor.version,
                isTierZero: planned.descriptor.tier == 0, weight: planned.descriptor.weight,
                parameters: planned.parameterTexts,
                fit: fits[planned.descriptor.name])
        }
    }
}

/// Clean scores put in order: what each detector, and all of them together, are compared with.
package struct CalibratedScores: Hashable, Sendable {
    /// In the order of the policy; a detector that never gave a finite score is missing.
    package let detectors: [DetectorCalibration]
    /// The combination of the detectors without a model call; nil when there is none.
    package let tierZero: CombinationCalibration?
    /// The combination of all detectors.
    package let all: CombinationCalibration?

    /// The scores of `images`, combined by `method`.
    ///
    /// A clean image's own p-values, from which the combination of clean images is made, are its ranks among the others
    /// (leave-one-out): k of n in its stratum score at least as high, itself included, so that p = k/n. A new image's are
    /// (k + 1)/(n + 1) with k counted without it, which is the same statistic over one image more.
    package init(_ images: [CleanImage], detectors measured: [MeasuredDetector], method: ScoreCombination) {
        let calibrations = measured.compactMap { detector in
            DetectorCalibration(
                detector: detector.name, version: detector.version, parameters: detector.parameters,
                fit: detector.fit, samples: images.compactMap { $0.score(of: detector.name)?.sample })
        }
        let pValues = calibrations.map { calibration in
            images.map { Self.pValueAmongOthers($0.score(of: calibration.detector), calibration) }
        }
        let weights = calibrations.map { calibration in
            measured.first { $0.name == calibration.detector }?.weight ?? 1
        }
        let free = Set(measured.filter(\.isTierZero).map(\.name))
        // A detector without a model call that says nothing is as odd as the share of images that it says nothing about.
        let silence = calibrations.map { calibration -> Double in
            let silent = images.count { $0.score(of: calibration.detector) == nil }
            return free.contains(calibration.detector) && silent > 0 ? Double(silent) / Double(images.count) : 1
        }
        func combination(_ positions: [Int]) -> CombinationCalibration? {
            guard !positions.isEmpty else { return nil }
            let own = positions.map { weights[$0] }
            let statistics = images.indices.compactMap { image -> Double? in
                let found = positions.map { pValues[$0][image] }
                guard found.contains(where: { $0 != nil }) else { return nil }
                return method.statistic(zip(found, positions).map { $0 ?? silence[$1] }, weights: own)
            }
            return CombinationCalibration(
                method: method, detectors: positions.map { calibrations[$0].detector }, weights: own,
                statistics: statistics)
        }
        self.detectors = calibrations
        tierZero = combination(calibrations.indices.filter { free.contains(calibrations[$0].detector) })
        all = combination(Array(calibrations.indices))
    }

    /// The share of the other clean images of its stratum, itself counted among them, that score at least as high; nil
    /// where there is no score. A score that is not finite is as odd as can be, as it is on live traffic.
    private static func pValueAmongOthers(
        _ score: CleanImage.Score?, _ calibration: DetectorCalibration
    ) -> Double? {
        guard let score else { return nil }
        guard let stratum = calibration.stratum(name: score.stratum, level: score.level) else { return nil }
        let count = Double(stratum.scores.count)
        guard score.score.isFinite else { return 1 / count }
        // `pValue` counts the image among the n and adds it once more: (1 + k)/(n + 1).
        return max(1, (stratum.pValue(of: score.score) * (count + 1)).rounded() - 1) / count
    }

    /// Scores of `image` that are at least as odd as the rarest share of clean ones: p-values by detector.
    func pValue(of image: CleanImage, detector: String) -> Double? {
        guard let score = image.score(of: detector),
            let stratum = detectors.first(where: { $0.detector == detector })?
                .stratum(name: score.stratum, level: score.level)
        else { return nil }
        return stratum.pValue(of: score.score)
    }

    /// What all detectors, or those without a model call, say together about an image that is not among these.
    func combined(_ image: CleanImage, asked: Bool) -> CombinedScore? {
        let signals = image.scores.map { score in
            var signal = Signal(
                detector: score.detector, score: score.score, stratum: score.stratum, level: score.level)
            signal.pValue = pValue(of: image, detector: score.detector)
            return signal
        }
        return (asked ? all : tierZero)?.combine(signals)
    }
}

extension RouteCalibration {
    /// The calibration that a measurement comes to.
    package init(
        created: String, reference: Reference, source: String, clients: Int, images: [CleanImage], fitted: [String],
        scores: CalibratedScores
    ) {
        self.init(
            created: created, reference: reference,
            sample: Sample(
                source: source, images: images.count, fittedImages: fitted.count, clients: clients,
                sha256: FileDigest.sha256(ofDigests: images.map(\.sha256) + fitted)),
            detectors: scores.detectors, tierZero: scores.tierZero, all: scores.all)
    }
}
