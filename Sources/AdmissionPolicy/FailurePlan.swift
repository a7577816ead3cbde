/// What malfunctions lead to. Nothing here fails open without saying so.
package struct FailurePlan: Hashable, Sendable {
    /// A body that is no decodable image: malformed, unsupported or over a limit. `forward` sends the client's bytes on.
    package let undecodable: VerdictKind
    /// A detector failed.
    package let detector: VerdictKind
    /// A request was due a model copy and did not get it (budget, time-out, upstream error on a copy).
    package let degraded: VerdictKind
    /// The model's answer has no scores where the policy says they are.
    package let scoresMissing: VerdictKind
    /// The audit writer cannot take the record: `reject` answers 503, `forward` goes on and counts.
    package let audit: VerdictKind
}

/// What a client is told beyond its answer.
package struct Disclosure: Hashable, Sendable {
    /// `Portcullis-Verdict: flag` is sent; without it a flagged answer looks like a forwarded one.
    package let flag: Bool
    /// A diverted request says so; without it, it looks like a rejection.
    package let divert: Bool
}
