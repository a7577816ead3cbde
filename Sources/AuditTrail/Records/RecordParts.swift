extension AuditRecord {
    /// The policy that decided, so that a decision can be explained long after the file changed.
    package struct PolicyReference: Hashable, Sendable {
        /// Its name.
        package var name: String
        /// SHA-256 of the policy file, 64 hex digits.
        package var sha256: String

        /// A policy, both members named.
        package init(name: String, sha256: String) {
            self.name = name
            self.sha256 = sha256
        }
    }

    /// Who asked.
    package struct Client: Hashable, Sendable {
        /// The peer's address, or what a trusted proxy said it is.
        package var ip: String

        /// A client at `ip`.
        package init(ip: String) {
            self.ip = ip
        }
    }

    /// What was asked and answered. No query, no header.
    package struct Exchange: Hashable, Sendable {
        /// The method as it came.
        package var method: String
        /// The canonical path without the query.
        package var path: String
        /// The status that the client got; nil when it got none.
        package var status: Int?
        /// Bytes of the request's body.
        package var requestBytes: Int?
        /// Bytes of the response's body; nil while they are not known.
        package var responseBytes: Int?

        /// An exchange, each member named.
        package init(
            method: String, path: String, status: Int? = nil, requestBytes: Int? = nil, responseBytes: Int? = nil
        ) {
            self.method = method
            self.path = path
            self.status = status
            self.requestBytes = requestBytes
            self.responseBytes = responseBytes
        }
    }

    /// What the model said about what was forwarded.
    package struct Answer: Hashable, Sendable {
        /// Top label, vectors joined by `,`.
        package var label: String?
        /// Smallest top probability over the vectors.
        package var confidence: Double?
        /// The model's HTTP status.
        package var status: Int?

        /// An answer, each member named.
        package init(label: String? = nil, confidence: Double? = nil, status: Int? = nil) {
            self.label = label
            self.confidence = confidence
            self.status = status
        }
    }

    /// Why a trip ended early. The detail is for the record alone.
    package struct Failure: Hashable, Sendable {
        /// A stable word: `undecodable`, `model`, `malfunction`, `deadline`, `cancelled`, ….
        package var cause: String
        /// What exactly happened.
        package var detail: String?

        /// A failure, both members named.
        package init(cause: String, detail: String? = nil) {
            self.cause = cause
            self.detail = detail
        }
    }

    /// What the random draws derive from.
    package struct Randomness: Hashable, Sendable {
        /// Names the deployment key without revealing it.
        package var keyID: String
        /// What the draws were for.
        package var purpose: String

        /// A key and a purpose.
        package init(keyID: String, purpose: String) {
            self.keyID = keyID
            self.purpose = purpose
        }
    }

    /// One copy that the model was asked about.
    package struct CopyAnswer: Hashable, Sendable {
        /// The pipeline that made it: `median(2)`; `reference` for f(x).
        package var name: String
        /// The model's top label; nil when there was no answer.
        package var label: String?
        /// Wall time of the call; nil when there was none.
        package var milliseconds: Double?

        /// A copy, each member named.
        package init(name: String, label: String? = nil, milliseconds: Double? = nil) {
            self.name = name
            self.label = label
            self.milliseconds = milliseconds
        }
    }

    /// What one detector found.
    package struct DetectorFinding: Hashable, Sendable {
        /// The detector's name in the catalogue.
        package var id: String
        /// Its version.
        package var version: String?
        /// 0 without a model call, 1 a few copies, 2 tens, 3 masks.
        package var tier: Int
        /// Raw score; larger is odder. Written as `null` when it is not finite.
        package var score: Double
        /// Stable words for what was found.
        package var findings: [String]
        /// Named numbers that explain the score. Names are unique; a repeated one is written with `#2`, `#3`, ….
        package var evidence: [(name: String, value: Double)]
        /// The parameters it ran with.
        package var parameters: [String: AuditValue]
        /// The share of clean images that look at least as odd; nil without a calibration.
        package var pValue: Double?
        /// The lowest raw score above which some rule matches; nil when no rule asks for the score.
        package var threshold: Double?
        /// The clean images that the score was compared with, by their word; nil for all of them.
        package var stratum: String?
        /// What the score is conditioned on; nil for nothing.
        package var level: Double?
        /// Boxes that the score points at: x, y, width, height in pixels after orientation.
        package var boxes: [[Int]] = []
        /// The copy whose answer was furthest from f(x).
        package var oddestCopy: String?

        /// A finding, each of the first members named; the rest start as "not known".
        package init(
            id: String, version: String? = nil, tier: Int, score: Double, findings: [String] = [],
            evidence: [(name: String, value: Double)] = [], parameters: [String: AuditValue] = [:]
        ) {
            self.id = id
            self.version = version
            self.tier = tier
            self.score = score
            self.findings = findings
            self.evidence = evidence
            self.parameters = parameters
        }

        /// Equal members; evidence in the same order.
        package static func == (a: DetectorFinding, b: DetectorFinding) -> Bool {
            a.id == b.id && a.version == b.version && a.tier == b.tier && a.score == b.score
                && a.findings == b.findings && a.parameters == b.parameters && a.pValue == b.pValue
                && a.threshold == b.threshold && a.stratum == b.stratum && a.level == b.level && a.boxes == b.boxes
                && a.oddestCopy == b.oddestCopy
                && a.evidence.elementsEqual(b.evidence, by: ==)
        }

        /// Hashes what names the finding.
        package func hash(into hasher: inout Hasher) {
            hasher.combine(id)
            hasher.combine(score)
        }
    }

    /// What the detectors say together.
    package struct Combined: Hashable, Sendable {
        /// `min-p` or `truncated-cauchy`.
        package var method: String
        /// The share of clean images whose combination is at least as odd.
        package var pValue: Double
        /// Larger is odder.
        package var statistic: Double

        /// A combination, each member named.
        package init(method: String, pValue: Double, statistic: Double) {
            self.method = method
            self.pValue = pValue
            self.statistic = statistic
        }
    }

    /// Where the time went, in milliseconds; nil for what did not happen. Written to the microsecond.
    package struct Timings: Hashable, Sendable {
        /// First byte of the head to the last of the body.
        package var read: Double?
        /// Bytes to pixels.
        package var decode: Double?
        /// Detectors without a model call.
        package var inspect: Double?
        /// Making and encoding copies.
        package var sanitize: Double?
        /// Waiting for the model's answers about copies.
        package var consult: Double?
        /// Scoring and rules.
        package var decide: Double?
        /// Waiting for the answer to what was forwarded.
        package var upstream: Double?
        /// First byte of the head to the decision.
        package var total: Double?

        /// Nothing happened.
        package init() {}

        var isEmpty: Bool {
            read == nil && decode == nil && inspect == nil && sanitize == nil && consult == nil && decide == nil
                && upstream == nil && total == nil
        }
    }
}
