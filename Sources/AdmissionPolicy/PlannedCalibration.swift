package import AdversarialDetectors

/// The calibration that a route goes by.
package struct PlannedCalibration: Hashable, Sendable {
    /// What clean traffic scores.
    package let calibration: RouteCalibration
    /// SHA-256 of the file's bytes, 64 hex digits; goes to the audit record.
    package let sha256: String
    /// How the policy names the file.
    package let origin: String

    /// A calibration, each member named.
    package init(calibration: RouteCalibration, sha256: String, origin: String) {
        self.calibration = calibration
        self.sha256 = sha256
        self.origin = origin
    }
}

/// Which requests the detectors with model calls run for. Any member opens the gate.
///
/// A cheap tier that gates a dear one lets attacks by that the dear one would have found; `sample` measures how many,
/// and what has stakes or a low margin never depends on the cheap tier alone.
package struct TierGate: Hashable, Sendable {
    /// Looks at what needs no model call; nil for nothing.
    package let condition: RuleCondition?
    /// The share of the other requests that is let through all the same, drawn from the request's seed; 0...1.
    package let sample: Double
    /// Opens when the difference between the two largest probabilities of some vector of f(x) is below this; nil for
    /// never.
    package let marginBelow: Double?
    /// Opens when the answer's top label is one of these.
    package let stakes: [String]

    /// A gate, each member named.
    package init(condition: RuleCondition?, sample: Double, marginBelow: Double?, stakes: [String]) {
        self.condition = condition
        self.sample = sample
        self.marginBelow = marginBelow
        self.stakes = stakes
    }

    /// Why the gate let a request through, or that it did not; for the audit record.
    package enum Outcome: String, Hashable, Sendable, CaseIterable {
        /// The condition held.
        case rule
        /// The random sample took it.
        case sample
        /// The answer was close between two labels.
        case margin
        /// The answer has stakes.
        case stakes
        /// Detectors with model calls did not run.
        case closed
    }
}

extension RoutePlan {
    /// What f(x) is asked about, for the calibration: the size, and whether the pixels are the decoded ones.
    ///
    /// Monitor mode sends the client's own bytes on, but compares with one more call about the decoded image, so that one
    /// calibration holds in both modes. Only `pixels: original` compares with the answer to the client's bytes.
    package var referenceText: String {
        let size = forward.size.map { "\($0.width)x\($0.height)" } ?? "as it came"
        let pixels = forward.pixels == .original ? "original" : "decoded"
        return "\(pixels), \(size)"
    }

    /// `signal` with its p-value, where the route has a calibration of its detector.
    package func calibrated(_ signal: Signal) -> Signal {
        calibration?.calibration.calibrated(signal) ?? signal
    }

    /// A signal for each calibrated detector without a model call that said nothing about an image: the share of clean
    /// images that it says nothing about either. Whoever can make a detector silent gains nothing where clean images never do.
    package func silence(_ signals: [Signal], except failed: [String]) -> [Signal] {
        guard let calibration = calibration?.calibration else { return [] }
        return detectors.filter { $0.descriptor.tier == 0 }.compactMap { planned in
            let name = planned.descriptor.name
            guard !failed.contains(name), !signals.contains(where: { $0.detector == name }),
                let pValue = calibration.silencePValue(of: name)
            else { return nil }
            var signal = Signal(detector: name, score: -.infinity, evidence: [.init(name: "no-signal", value: 1)])
            signal.pValue = pValue
            return signal
        }
    }

    /// What the detectors say together: those without a model call where `asked` is false. Nil without a calibration.
    package func combined(_ signals: [Signal], asked: Bool) -> CombinedScore? {
        let calibration = calibration?.calibration
        return (asked ? calibration?.all : calibration?.tierZero)?.combine(signals)
    }
}
