internal import AdversarialDetectors
package import GuardPipeline

/// What was measured in one clean image.
package struct CleanImage: Hashable, Sendable, Codable {
    /// Of the file's bytes, 64 hex digits.
    package let sha256: String
    /// What calibrated detectors found, in the order of the policy.
    package let scores: [Score]
    /// The model's top label, vectors joined by `,`; nil when the answer holds no scores.
    package let label: String?

    /// One detector's score.
    package struct Score: Hashable, Sendable, Codable {
        /// The detector's name.
        package let detector: String
        /// Raw score; larger is odder.
        package let score: Double
        /// `Signal.stratum`.
        package let stratum: String
        /// `Signal.level`.
        package let level: Double?

        /// A score, each member named.
        package init(detector: String, score: Double, stratum: String = "", level: Double? = nil) {
            self.detector = detector
            self.score = score
            self.stratum = stratum
            self.level = level
        }

        /// For the detector's calibration.
        var sample: DetectorCalibration.Sample {
            DetectorCalibration.Sample(score: score, stratum: stratum, level: level)
        }
    }

    /// An image, each member named.
    package init(sha256: String, scores: [Score], label: String?) {
        self.sha256 = sha256
        self.scores = scores
        self.label = label
    }

    /// What `detector` found; nil when it gave no signal.
    package func score(of detector: String) -> Score? {
        scores.first { $0.detector == detector }
    }
}

/// What became of one image that was to be measured.
package enum MeasuredImage: Hashable, Sendable {
    /// Every check that was due happened.
    case measured(CleanImage)
    /// It could not be measured.
    case failed(reason: String)
    /// The task was cancelled first.
    case cancelled

    /// What `judgement` says about the image of this hash; scores of `detectors` alone are kept.
    package init(_ judgement: Judgement, sha256: String, detectors: Set<String>) {
        switch judgement.failure {
        case .cancelled:
            self = .cancelled
            return
        case .some(let failure):
            self = .failed(reason: FailureText.reason(failure))
            return
        case nil: break
        }
        guard judgement.image?.bytesSHA256 == sha256 else {
            self = .failed(reason: "changed while it was read")
            return
        }
        if let answer = judgement.answer, !answer.isSuccess {
            self = .failed(reason: "the model answered \(answer.status)")
        } else if let cause = judgement.degradedCause {
            self = .failed(reason: FailureText.degraded(cause))
        } else {
            let signals = judgement.signals.filter { detectors.contains($0.detector) }
            self = .measured(
                CleanImage(
                    sha256: sha256,
                    scores: signals.map {
                        CleanImage.Score(
                            detector: $0.detector, score: $0.score, stratum: $0.stratum, level: $0.level)
                    }, label: judgement.label))
        }
    }
}
