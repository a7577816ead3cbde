/// What clean traffic of one route scores: the calibration file.
///
/// Made from traffic that its owner vouches for; it never updates itself from live traffic, which an attacker could
/// write. A policy whose detectors or forwarded copy differ from what is named here does not accept it.
package struct RouteCalibration: Hashable, Sendable, Codable {
    /// The form of the file.
    package static let currentSchema = "portcullis.calibration/v1"

    /// `currentSchema`.
    package let schema: String
    /// When it was made, RFC 3339 in UTC.
    package let created: String
    /// What the scores were made under.
    package let reference: Reference
    /// The clean images.
    package let sample: Sample
    /// In the order of the policy.
    package let detectors: [DetectorCalibration]
    /// The combination of the detectors without a model call; nil when there is none.
    package let tierZero: CombinationCalibration?
    /// The combination of all detectors.
    package let all: CombinationCalibration?

    /// What must still hold for the scores to be comparable.
    package struct Reference: Hashable, Sendable, Codable {
        /// The route's name in its policy; for people.
        package let route: String
        /// Size and pipeline of the image that f(x) is asked about, as `RoutePlan.referenceText` writes it.
        package let forwarded: String
        /// Where the scores are in the model's answer, as the policy says it.
        package let scores: String
        /// The model, as its owner calls it.
        package let model: String

        /// A reference, each member named.
        package init(route: String, forwarded: String, scores: String, model: String) {
            self.route = route
            self.forwarded = forwarded
            self.scores = scores
            self.model = model
        }
    }

    /// The clean images.
    package struct Sample: Hashable, Sendable, Codable {
        /// Where they came from: a folder or an audit log; for people.
        package let source: String
        /// Images that thresholds rest on.
        package let images: Int
        /// Further images that fitted detectors learned from.
        package let fittedImages: Int
        /// Clients that they came from; 0 where that is not known.
        package let clients: Int
        /// SHA-256 over the ascending SHA-256 digests of all files, 64 hex digits.
        package let sha256: String

        /// A sample, each member named.
        package init(source: String, images: Int, fittedImages: Int, clients: Int, sha256: String) {
            self.source = source
            self.images = images
            self.fittedImages = fittedImages
            self.clients = clients
            self.sha256 = sha256
        }
    }

    /// A calibration, each member named.
    package init(
        created: String, reference: Reference, sample: Sample, detectors: [DetectorCalibration],
        tierZero: CombinationCalibration?, all: CombinationCalibration?
    ) {
        schema = Self.currentSchema
        self.created = created
        self.reference = reference
        self.sample = sample
        self.detectors = detectors
        self.tierZero = tierZero
        self.all = all
    }

    /// The calibration of this detector; nil when it has none.
    package func detector(_ name: String) -> DetectorCalibration? {
        detectors.first { $0.detector == name }
    }

    /// The share of clean images that this detector says nothing about, the image itself counted among them; nil without a
    /// calibration of it.
    package func silencePValue(of detector: String) -> Double? {
        guard let last = self.detector(detector)?.strata.last else { return nil }
        return Double(1 + max(0, sample.images - last.scores.count)) / Double(sample.images + 1)
    }

    /// `signal` with its p-value, where its detector is calibrated.
    package func calibrated(_ signal: Signal) -> Signal {
        var signal = signal
        signal.pValue = detector(signal.detector)?.pValue(of: signal)
        return signal
    }
}

/// How many clean images a rate needs.
package enum SampleSize {
    /// The fewest images with which a rate can be promised at 95 %: with none of n flagged, the one-sided
    /// Clopper–Pearson bound 1 - 0.05^(1/n) is at most `rate`. 59 for 5 %, 299 for 1 %, 2,995 for 0.1 %.
    package static func fewest(for rate: Double) -> Int {
        guard rate > 0 else { return .max }
        guard rate < 1 else { return 1 }
        // 0.95-bound: (1 - rate)^n ≤ 0.05, by repeated multiplication in blocks, so that it needs no logarithm.
        var low = 1
        var high = 1
        while power(1 - rate, high) > 0.05 {
            guard high < 1 << 40 else { return .max }
            high *= 2
        }
        while low < high {
            let middle = low + (high - low) / 2
            if power(1 - rate, middle) > 0.05 { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func power(_ base: Double, _ exponent: Int) -> Double {
        var result = 1.0
        var factor = base
        var rest = exponent
        while rest > 0 {
            if rest & 1 == 1 { result *= factor }
            factor *= factor
            rest >>= 1
        }
        return result
    }
}
