package import PixelCore

/// What one detector found about one image.
package struct Signal: Hashable, Sendable {
    /// The detector's name.
    package let detector: String
    /// Raw score; larger is odder. Its range is the detector's.
    package let score: Double
    /// Stable words for what was found, for rules and the audit record: `trailing-bytes`.
    package let findings: [String]
    /// Named numbers that explain the score, for example each squeezer's distance.
    package let evidence: [Evidence]
    /// Clean images that the score may be compared with: those of the same word, such as `png` or `jpeg-90`. Empty
    /// when it may be compared with all of them.
    package let stratum: String
    /// What the score is conditioned on within its stratum, such as how sure the model is of f(x); nil for nothing.
    package let level: Double?
    /// Boxes of the image that the score points at, in pixels after orientation, the strongest first.
    package let boxes: [Region]
    /// The copy whose answer was furthest from f(x), by the name of its pipeline; nil where no copies were compared.
    package let oddestCopy: String?
    /// The share of clean images of the calibration that look at least as odd, above 0 and at most 1; nil without a
    /// calibration.
    package var pValue: Double?

    /// A named number.
    package struct Evidence: Hashable, Sendable {
        /// What was measured.
        package let name: String
        /// The measurement.
        package let value: Double

        /// A named number.
        package init(name: String, value: Double) {
            self.name = name
            self.value = value
        }
    }

    /// A signal, each member named.
    package init(
        detector: String, score: Double, findings: [String] = [], evidence: [Evidence] = [], stratum: String = "",
        level: Double? = nil, boxes: [Region] = [], oddestCopy: String? = nil
    ) {
        self.detector = detector
        self.score = score
        self.findings = findings
        self.evidence = evidence
        self.stratum = stratum
        self.level = level
        self.boxes = boxes
        self.oddestCopy = oddestCopy
        pValue = nil
    }
}
