package import AdmissionPolicy
package import AdversarialDetectors
package import ImageCodecs

/// What stages 3 to 8 made of one request. Whoever ran them answers the client and writes the record from it.
package struct Judgement: Sendable {
    /// What is carried out.
    package var verdict: Verdict
    /// In monitor mode, what enforcing would have done; nil when enforcing, or while it is not known.
    package var wouldBe: Verdict?
    /// The model's answer that the client gets under forward and flag; nil when there is none to give.
    package var answer: ProbeAnswer?
    /// Why the trip ended early, if it did.
    package var failure: GuardFailure?
    /// The image that was judged; nil when it could not be decoded.
    package var image: JudgedImage?
    /// What the model was given for the client's answer; nil when it was not asked.
    package var forwarded: ForwardedImage?
    /// What the detectors found, in the order of the policy.
    package var signals: [Signal]
    /// What the detectors say together; nil without a calibration.
    package var combined: CombinedScore?
    /// Whether the detectors with model calls ran and why; nil without a gate.
    package var gate: TierGate.Outcome?
    /// The copies that the model was asked about.
    package var copies: [JudgedCopy]
    /// Top label of the forwarded answer, vectors joined by `,`; nil when it holds no scores.
    package var label: String?
    /// Smallest top probability over the vectors of the forwarded answer.
    package var confidence: Double?
    /// True when a check that was due did not happen; `degradedCause` says which.
    package var isDegraded: Bool { degradedCause != nil }
    /// `call-budget`, `copy-timeout`, `copy-failed`, `detector-failed`, `scores-missing`; nil when every check happened.
    package var degradedCause: String?
    /// Wall time of each stage in milliseconds.
    package var timings: StageTimings

    /// A judgement that only has a verdict.
    package init(verdict: Verdict) {
        self.verdict = verdict
        self.signals = []
        self.copies = []
        self.timings = StageTimings()
    }
}

/// Why a trip ended before Decide.
package enum GuardFailure: Error, Hashable, Sendable {
    /// The body is no decodable image: 415, 422 or 413 by its kind.
    case undecodable(CodecError)
    /// The model could not be asked for the client's answer: 502 or 504.
    case model(ProbeError)
    /// A detector, a defense or an encoder malfunctioned: 500 unless the policy says otherwise. For the record only.
    case malfunction(detail: String)
    /// The request's deadline passed: 504.
    case deadline
    /// The client went away or the server is stopping.
    case cancelled
}

/// The image that was judged.
package struct JudgedImage: Hashable, Sendable {
    /// Of the bytes that came, 64 hex digits.
    package let bytesSHA256: String
    /// Of width, height and channels (little-endian 32-bit each) and the decoded samples, 64 hex digits.
    ///
    /// nil where nothing was drawn from it: the bytes' hash and the facts say the same, and it costs as much as decoding.
    package let pixelsSHA256: String?
    /// Columns after orientation.
    package let width: Int
    /// Rows after orientation.
    package let height: Int
    /// 1 or 3.
    package let channels: Int
    /// What the container said.
    package let facts: ContainerFacts
}

/// What the model was given.
package struct ForwardedImage: Hashable, Sendable {
    /// `original` or `sanitized`.
    package let pixels: String
    /// `image/png`, `image/jpeg`; nil for the client's own content type.
    package let mediaType: String?
    /// `stored`, `fast`, `small`, `jpeg-95`, `original`.
    package let encoding: String
    /// Encoded bytes.
    package let bytes: Int
    /// Of the encoded bytes, 64 hex digits; nil where they are our lossless encoding of the decoded pixels, which
    /// decoding the recorded bytes gives again.
    package let sha256: String?
}

/// One copy that the model was asked about.
package struct JudgedCopy: Hashable, Sendable {
    /// The pipeline that made it: `median(2)`; `reference` for f(x).
    package let name: String
    /// The model's top label; nil when there was no answer.
    package let label: String?
    /// Wall time of the call in milliseconds; nil when there was none.
    package let milliseconds: Double?
}

/// Wall time of each stage in milliseconds; nil for a stage that did not run.
package struct StageTimings: Hashable, Sendable {
    /// Bytes to pixels.
    package var decode: Double?
    /// Tier 0 detectors.
    package var inspect: Double?
    /// Making and encoding copies.
    package var sanitize: Double?
    /// Waiting for the model.
    package var consult: Double?
    /// Scoring and rules.
    package var decide: Double?

    /// No stage ran.
    package init() {}
}
