internal import AdmissionPolicy
internal import AdversarialDetectors
internal import ImageCodecs

/// Stage 8, pure: policy, signals and answers give the verdict with its reasons.
struct DecideStage {
    let route: RoutePlan

    /// The rules' verdict, raised by what did not happen.
    func run(_ consulted: consuming Consulted) -> Verdict {
        let byRules = route.decide(
            DecisionInput(
                signals: consulted.signals, facts: consulted.facts, pixels: consulted.pixels, answer: consulted.answer,
                combined: consulted.combined))
        return Self.raise(byRules, by: consulted.shortfalls)
    }

    /// `verdict`, or the most severe thing that a shortfall asks for where that is worse; reasons name all of them.
    static func raise(_ verdict: Verdict, by shortfalls: [Shortfall]) -> Verdict {
        guard let worst = shortfalls.max(by: { $0.verdict < $1.verdict }) else { return verdict }
        let causes = shortfalls.sorted { $0.verdict > $1.verdict }.map { "failure.\($0.cause)" }
        if worst.verdict > verdict.kind {
            return Verdict(kind: worst.verdict, reasons: causes + verdict.reasons, line: nil)
        }
        return Verdict(kind: verdict.kind, reasons: verdict.reasons + causes, line: verdict.line)
    }
}
