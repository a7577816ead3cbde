package import AdmissionPolicy
internal import AdversarialDetectors
package import GuardPipeline

/// What a scan found out about one file.
package struct ScanRow: Hashable, Sendable {
    /// The columns, in order.
    static let columns = [
        "file", "sha256", "verdict", "reasons", "label", "confidence", "scores", "p_values", "combined", "error",
        "basis",
    ]

    /// Path below the scanned folder.
    package let file: String
    /// Of the file's bytes, 64 hex digits; empty when it could not be read.
    package let sha256: String
    /// What the policy does; nil when there is no verdict, so that the file is due again.
    package let verdict: VerdictKind?
    /// The rules that matched and what went wrong, the deciding one first, joined by blanks.
    package let reasons: String
    /// What the model reads; empty without an answer.
    package let label: String
    /// Smallest top probability; empty without an answer.
    package let confidence: String
    /// `detector=score`, joined by blanks.
    package let scores: String
    /// The same with p-values; empty without a calibration.
    package let pValues: String
    /// The p-value of all detectors together; empty without a calibration.
    package let combined: String
    /// Why the file could not be read, decoded or judged; empty when all went well.
    package let error: String
    /// Twelve hex digits that are the same where policy, calibration, route, model and path are.
    package let basis: String

    /// A file that could not be read.
    package init(file: String, unreadable reason: String, basis: String) {
        self.init(fields: [file, "", "", "", "", "", "", "", "", reason, basis], verdict: nil)
    }

    /// What the stages made of a file.
    package init(file: String, sha256: String, _ judgement: Judgement, basis: String) {
        let verdict = Self.isDecided(judgement) ? judgement.verdict : nil
        self.init(
            fields: [
                file, sha256, verdict?.kind.rawValue ?? "", (verdict?.reasons ?? []).joined(separator: " "),
                judgement.label ?? "", judgement.confidence.map { "\($0)" } ?? "",
                judgement.signals.map { "\($0.detector)=\($0.score)" }.joined(separator: " "),
                judgement.signals.compactMap { signal in signal.pValue.map { "\(signal.detector)=\($0)" } }
                    .joined(separator: " "), judgement.combined.map { "\($0.pValue)" } ?? "", Self.error(judgement),
                basis,
            ], verdict: verdict?.kind)
    }

    /// The row that a record of the file holds; nil for a record of another form.
    init?(record fields: [String]) {
        guard fields.count == Self.columns.count else { return nil }
        let verdict = VerdictKind(rawValue: fields[2])
        guard verdict != nil || fields[2].isEmpty else { return nil }
        self.init(
            fields: fields.enumerated().map { Self.isFree($0.offset) ? CSVWriter.unguarded($0.element) : $0.element },
            verdict: verdict)
    }

    private init(fields: [String], verdict: VerdictKind?) {
        self.verdict = verdict
        file = fields[0]
        sha256 = fields[1]
        reasons = fields[3]
        label = fields[4]
        confidence = fields[5]
        scores = fields[6]
        pValues = fields[7]
        combined = fields[8]
        error = fields[9]
        basis = fields[10]
    }

    /// The row as a record with its line ending.
    var record: String {
        let fields = [
            file, sha256, verdict?.rawValue ?? "", reasons, label, confidence, scores, pValues, combined, error, basis,
        ]
        return CSVWriter.record(
            fields.enumerated().map { Self.isFree($0.offset) ? CSVWriter.guarded($0.element) : $0.element })
    }

    /// True for columns whose text comes from files, policies and models.
    private static func isFree(_ column: Int) -> Bool {
        ["file", "reasons", "label", "scores", "error"].contains(columns[column])
    }

    /// False where nothing was decided because the model, the time or we failed.
    private static func isDecided(_ judgement: Judgement) -> Bool {
        switch judgement.failure {
        case .model, .deadline, .cancelled, .malfunction: return false
        case .undecodable: return true
        case nil: break
        }
        return judgement.verdict.kind >= .divert || judgement.answer?.isSuccess == true
    }

    /// True where the file was judged and every check that was due happened: asking again would say the same.
    var isSettled: Bool { verdict != nil && !FailureText.tellsDegraded(error) }

    private static func error(_ judgement: Judgement) -> String {
        if let failure = judgement.failure { return FailureText.reason(failure) }
        if let answer = judgement.answer, !answer.isSuccess { return "the model answered \(answer.status)" }
        return judgement.degradedCause.map(FailureText.degraded) ?? ""
    }
}
