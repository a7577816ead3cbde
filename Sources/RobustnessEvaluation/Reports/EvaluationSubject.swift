package import AdmissionPolicy
internal import AdversarialDetectors

/// What was evaluated, and how: what a reader needs to make the figures again.
package struct EvaluationSubject: Hashable, Sendable {
    /// A manifest and what its bytes hash to.
    package struct Source: Hashable, Sendable {
        /// As it was named.
        package let name: String
        /// SHA-256 of the manifest, 64 hex digits.
        package let sha256: String

        /// The manifest called `name` that holds `bytes`.
        package init(name: String, bytes: [UInt8]) {
            self.name = name
            sha256 = FileDigest.sha256(bytes)
        }
    }

    /// The calibration that p-values come from.
    package struct CalibrationSource: Hashable, Sendable {
        /// As the policy names it.
        package let name: String
        /// SHA-256 of the file, 64 hex digits.
        package let sha256: String
        /// Clean images that set its thresholds.
        package let images: Int
        /// The fewest clean images that a score of each detector is compared with, by detector: no p-value is below 1 in
        /// one more than that.
        package let fewestCompared: [String: Int]

        /// A calibration, each member named.
        package init(name: String, sha256: String, images: Int, fewestCompared: [String: Int] = [:]) {
            self.name = name
            self.sha256 = sha256
            self.images = images
            self.fewestCompared = fewestCompared
        }

        /// What a route goes by.
        package init(_ planned: PlannedCalibration) {
            let pairs = planned.calibration.detectors.map { detector in
                (detector.detector, detector.strata.map(\.scores.count).min() ?? 0)
            }
            self.init(
                name: planned.origin, sha256: planned.sha256, images: planned.calibration.sample.images,
                fewestCompared: Dictionary(pairs) { min($0, $1) })
        }
    }

    /// Its name.
    package var policy: String
    /// SHA-256 of the policy, 64 hex digits.
    package var policySHA256: String
    /// The route that took the images.
    package var route: String
    /// Nil where the route has none: then there are no p-values.
    package var calibration: CalibrationSource?
    /// The model in words; nil where only the guard's address is known.
    package var model: String?
    /// The guard in words.
    package var guardName: String
    /// The path that images went to.
    package var path: String
    /// In the order in which they were given.
    package var manifests: [Source]
    /// True where every image was also sent to the model itself.
    package var isModelAsked: Bool
    /// True where images behind a closed gate were sent again with the gate open.
    package var isGateOpened: Bool
    /// Requests that were open at once: latencies are under this load.
    package var concurrency: Int
    /// The command line.
    package var command: String
    /// The commit that was measured.
    package var commit: String
    /// What it ran on.
    package var machine: String
    /// When it began, RFC 3339.
    package var time: String
    /// The version of Portcullis.
    package var version: String

    /// A subject without a calibration whose manifests follow.
    package init(policy: String, policySHA256: String, route: String, path: String) {
        self.policy = policy
        self.policySHA256 = policySHA256
        self.route = route
        self.path = path
        guardName = ""
        manifests = []
        isModelAsked = false
        isGateOpened = false
        concurrency = 1
        command = ""
        commit = "unknown"
        machine = ""
        time = ""
        version = ""
    }
}
