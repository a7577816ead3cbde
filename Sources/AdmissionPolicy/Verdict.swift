/// What happens to a request.
package enum VerdictKind: String, Hashable, Sendable, CaseIterable, Comparable {
    /// The answer goes to the client.
    case forward
    /// The answer goes to the client and the request goes to the review queue.
    case flag
    /// The client gets 200 without an answer; the item is keyed by a person.
    case divert
    /// The client gets 403.
    case reject

    private var severity: Int {
        switch self {
        case .forward: 0
        case .flag: 1
        case .divert: 2
        case .reject: 3
        }
    }

    /// Forward is the least severe, then flag, divert, reject.
    package static func < (a: VerdictKind, b: VerdictKind) -> Bool { a.severity < b.severity }
}

/// The decision about a request, with why.
package struct Verdict: Hashable, Sendable {
    /// What happens.
    package let kind: VerdictKind
    /// Stable codes of everything that matched, the deciding one first: a rule's name, or `failure.<cause>`.
    package let reasons: [String]
    /// Line of the deciding rule in the policy file; nil when no rule matched.
    package let line: Int?

    /// A verdict, each member named.
    package init(kind: VerdictKind, reasons: [String], line: Int?) {
        self.kind = kind
        self.reasons = reasons
        self.line = line
    }
}
