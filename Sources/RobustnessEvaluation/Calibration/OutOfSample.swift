package import AdversarialDetectors

/// How often clean images are taken for attacks, measured on images that the thresholds were not made from.
///
/// The sample is halved by hash; thresholds of each half judge the other, and the counts are added up. So every image is
/// judged once, by half as many images as the calibration has. The interval takes the two halves for independent, which
/// they nearly are.
package struct OutOfSample: Hashable, Sendable {
    /// What is judged.
    package enum Subject: Hashable, Sendable {
        /// One detector alone.
        case detector(String)
        /// The combination of the detectors without a model call.
        case tierZero(ScoreCombination)
        /// The combination of all detectors.
        case all(ScoreCombination)
        /// Any detector alone: what a rule for each of them comes to.
        case any
    }

    /// What is judged.
    package let subject: Subject
    /// The rate that thresholds were set at.
    package let rate: Double
    /// Flagged, of all images with a score.
    package let flagged: Proportion
    /// The predicted class that is flagged most often, of those with at least `fewestInClass` images; nil when there is
    /// none, or none is flagged.
    package let worstClass: (label: String, flagged: Proportion)?

    /// Fewest images of a class that is looked at by itself.
    package static let fewestInClass = 20

    /// Equal members.
    package static func == (a: OutOfSample, b: OutOfSample) -> Bool {
        a.subject == b.subject && a.rate == b.rate && a.flagged == b.flagged
            && a.worstClass?.label == b.worstClass?.label && a.worstClass?.flagged == b.worstClass?.flagged
    }

    /// Hashes what names the figure.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(subject)
        hasher.combine(rate)
    }

    /// Every subject at every rate, subject by subject.
    package static func measure(
        _ images: [CleanImage], detectors: [MeasuredDetector], rates: [Double]
    ) -> [OutOfSample] {
        var verdicts: [Subject: [Verdict]] = [:]
        for half in 0...1 {
            let own = images.filter { SampleSplit.half($0.sha256) == half }
            let others = images.filter { SampleSplit.half($0.sha256) != half }
            guard !own.isEmpty else { continue }
            for method in ScoreCombination.allCases {
                let scores = CalibratedScores(own, detectors: detectors, method: method)
                for image in others { judge(image, by: scores, method: method, into: &verdicts) }
            }
        }
        let order: [Subject] =
            detectors.map { .detector($0.name) } + (detectors.count > 1 ? [.any] : [])
            + ScoreCombination.allCases.flatMap { [.tierZero($0), .all($0)] }
        return order.flatMap { subject in
            rates.compactMap { rate in
                verdicts[subject].map { OutOfSample(subject, rate: rate, $0) }
            }
        }
    }

    private struct Verdict {
        let label: String?
        let pValue: Double
    }

    private static func judge(
        _ image: CleanImage, by scores: CalibratedScores, method: ScoreCombination,
        into verdicts: inout [Subject: [Verdict]]
    ) {
        func note(_ subject: Subject, _ pValue: Double?) {
            guard let pValue else { return }
            verdicts[subject, default: []].append(Verdict(label: image.label, pValue: pValue))
        }
        note(.tierZero(method), scores.combined(image, asked: false)?.pValue)
        note(.all(method), scores.combined(image, asked: true)?.pValue)
        guard method == .minP else { return }
        let alone = scores.detectors.map { ($0.detector, scores.pValue(of: image, detector: $0.detector)) }
        for (detector, pValue) in alone { note(.detector(detector), pValue) }
        note(.any, alone.compactMap(\.1).min())
    }

    private init(_ subject: Subject, rate: Double, _ verdicts: [Verdict]) {
        self.subject = subject
        self.rate = rate
        let isFlagged = { (verdict: Verdict) in verdict.pValue <= rate }
        flagged = Proportion(verdicts.count(where: isFlagged), of: verdicts.count)
        let classes = Dictionary(grouping: verdicts.filter { $0.label != nil }) { $0.label ?? "" }
            .filter { $0.value.count >= Self.fewestInClass }
            .map { (label: $0.key, flagged: Proportion($0.value.count(where: isFlagged), of: $0.value.count)) }
        let worst = classes.max { ($0.flagged.share ?? 0, $1.label) < ($1.flagged.share ?? 0, $0.label) }
        worstClass = classes.count > 1 && flagged.count > 0 ? worst : nil
    }
}
