package import AdmissionPolicy
package import AdversarialDetectors

/// Finds the scores in a model's answer. `ClassifierProtocols` brings the one for HTTP.
package protocol AnswerReader: Sendable {
    /// The score vectors at `location`; nil when the location is `absent`.
    func scores(in answer: ProbeAnswer, at location: ScoreLocation) throws(AnswerError) -> ModelAnswer?
}

/// Why an answer holds no usable scores. `detail` is for the audit record.
package struct AnswerError: Error, Hashable, Sendable {
    /// What was missing or wrong, and where.
    package let detail: String

    /// An error with its detail.
    package init(detail: String) {
        self.detail = detail
    }
}
