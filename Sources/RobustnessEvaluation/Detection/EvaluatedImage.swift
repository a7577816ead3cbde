/// Everything that an evaluation learnt about one image.
package struct EvaluatedImage: Hashable, Sendable {
    /// What a detector said about it.
    package struct DetectorScore: Hashable, Sendable {
        /// Raw score; larger is odder. Nil where the record holds none because it was not finite.
        package let score: Double?
        /// The share of clean images that look at least as odd; nil without a calibration.
        package let pValue: Double?

        /// Boxes that it points at: x, y, width, height in pixels after orientation.
        package let boxes: [[Int]]

        /// A score, each member named.
        package init(score: Double?, pValue: Double?, boxes: [[Int]] = []) {
            self.score = score
            self.pValue = pValue
            self.boxes = boxes
        }
    }

    /// Path below the manifest's folder, as the manifest has it.
    package let file: String
    /// Where the file is; for looking at it, not for reports.
    package var path: String
    /// What a clean image is for: `clean_test`, `benign`; nil for an attacked image.
    package let role: String?
    /// What the guard made of it; with the gate open, where it was opened.
    package var outcome: ImageOutcome
    /// What the guard made of it behind a closed gate, where the image was sent again with the gate open; nil elsewhere.
    package var behindGate: ImageOutcome?
    /// Model calls beside the client's own behind the closed gate; nil where it was not sent again.
    package var extraCallsBehindGate: Int?
    /// What the policy's gate said, `closed` among it; nil for a policy without a gate.
    package var gate: String?
    /// What the model reads in it without the guard; nil where it was not asked or did not answer.
    package var unguardedLabel: String?
    /// What the model reads in the copy that was forwarded, whether or not the client got its answer; nil where it was
    /// not asked, because rules that need no answer had already decided.
    package var modelLabel: String?
    /// By detector.
    package var scores: [String: DetectorScore]
    /// The p-value of all detectors together; nil without a calibration.
    package var combined: Double?
    /// Codes of what matched, the deciding one first.
    package var reasons: [String]
    /// Which check that was due did not happen; nil when all did.
    package var degraded: String?
    /// Model calls beside the client's own.
    package var extraCalls: Int
    /// From the request to its answer; nil when none came.
    package var milliseconds: Double?
    /// The same without the guard; nil where the model was not asked or did not answer.
    package var unguardedMilliseconds: Double?
    /// Why there is no verdict, and why the model did not answer without the guard; nil when nothing went wrong.
    package var problem: String?

    /// An image about which nothing but its outcome is known.
    package init(file: String, role: String?, outcome: ImageOutcome) {
        self.file = file
        path = file
        self.role = role
        self.outcome = outcome
        scores = [:]
        reasons = []
        extraCalls = 0
    }

    /// What the combination is called beside the detectors.
    package static let combinedName = "combined"

    /// The p-value of `detector`, or of the combination; nil where there is none.
    package func pValue(of detector: String) -> Double? {
        detector == Self.combinedName ? combined : scores[detector]?.pValue
    }

    /// True for an attacked image that still fools the unguarded model, as the manifest says.
    package var isFooling: Bool { outcome.attack != nil && outcome.isStillAdversarial }

    /// True for an image that nobody attacked.
    package var isClean: Bool { outcome.attack == nil }
}
