internal import AdversarialDetectors

/// Whether a sample of clean images carries a rate.
struct RateReach {
    let rate: Double

    /// Why `detector`'s scores do not carry the rate, with how many images would; nil when they do.
    func fault(_ detector: DetectorCalibration) -> String? {
        let total = detector.strata.last?.scores.count ?? 0
        if let fault = fault(images: total) { return fault }
        let short = detector.strata.filter { $0.threshold(at: rate) == nil }
        guard let worst = short.min(by: { $0.scores.count < $1.scores.count }) else { return nil }
        // A stratum in bands is to be large enough for as many bands as there may be.
        let wanted = short.map { stratum in
            let members = detector.strata.filter {
                $0.name == stratum.name && ($0.upToLevel != nil || !$0.name.isEmpty)
            }
            let bands = members.count > 1 ? DetectorCalibration.mostBands : 1
            let own = max(1, members.reduce(0) { $0 + $1.scores.count })
            return Double(fewestToReach * bands) * max(1, Double(total) / Double(own))
        }
        return "cannot be reached among the \(worst.scores.count) clean images of \(Self.words(worst)), which takes "
            + "\(fewestToReach); about \(Self.rounded(wanted.max() ?? 0)) images in all would do, or a larger rate"
    }

    /// Why a combination's scores do not carry the rate; nil when they do.
    func fault(_ combination: CombinationCalibration) -> String? {
        fault(images: combination.statistics.count)
    }

    /// What a band of images is called: `png with a level up to 2.5`.
    static func words(_ stratum: ScoreStratum) -> String {
        let name = stratum.name.isEmpty ? "all kinds" : stratum.name
        return stratum.upToLevel.map { "\(name) with a level up to \($0)" } ?? name
    }

    private func fault(images: Int) -> String? {
        let fewest = SampleSize.fewest(for: rate)
        guard images < fewest else { return nil }
        guard fewest <= CalibrationReader.limitNumbers else {
            return "takes more clean images than a calibration can hold; give a larger one"
        }
        return "takes at least \(fewest) clean images, and there are \(images)"
    }

    /// Fewest images of a stratum in which the oddest has a p-value of the rate.
    private var fewestToReach: Int {
        max(1, Int((1 / rate).rounded(.up)) - 1)
    }

    /// Up to two digits: 8,000 for 7,992.
    private static func rounded(_ count: Double) -> Int {
        var step = 1.0
        while count / step >= 100 { step *= 10 }
        return Int((count / step).rounded(.up) * step)
    }
}
