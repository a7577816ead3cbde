/// One stored record, read back.
package struct AuditEntry: Hashable, Sendable {
    /// Everything that the line says.
    package let value: JSONValue
    /// Its number in the log.
    package let sequence: Int
    /// When it happened.
    package let time: AuditTime
    /// What it is about.
    package let kind: AuditRecord.Kind
    /// Its own id.
    package let id: AuditID

    /// Nil when `value` is no record of this schema.
    package init?(_ value: JSONValue) {
        guard value["schema"]?.string == AuditRecord.schema, let sequence = value["seq"]?.integer,
            let time = value["time"]?.string.flatMap({ AuditTime(rfc3339: $0) }),
            let kind = value["kind"]?.string.flatMap({ AuditRecord.Kind(rawValue: $0) }),
            let id = value["id"]?.string.flatMap({ AuditID($0) }), value["prev"]?.string != nil
        else { return nil }
        self.value = value
        self.sequence = sequence
        self.time = time
        self.kind = kind
        self.id = id
    }

    /// Nil when `line`, without its newline, is no record of this schema.
    package init?(line: [UInt8]) {
        guard let value = try? JSONParser.parse(line) else { return nil }
        self.init(value)
    }

    /// `forward`, `flag`, `divert` or `reject`; nil when the record has no verdict.
    package var verdict: String? { value["verdict"]?.string }

    /// In monitor mode, what enforcing would have done.
    package var wouldBeVerdict: String? { value["would_be_verdict"]?.string }

    /// The route that took the request.
    package var route: String? { value["route"]?.string }

    /// The client's address.
    package var client: String? { value["client"]?["ip"]?.string }

    /// Codes of everything that matched, the deciding one first.
    package var reasonCodes: [String] { (value["reason_codes"]?.elements ?? []).compactMap(\.string) }

    /// The HTTP status that the client got.
    package var status: Int? { value["http"]?["status"]?.integer }

    /// Top label of the model's answer to what was forwarded.
    package var label: String? { value["answer"]?["label"]?.string }

    /// Of an outcome: the id of its decision.
    package var of: AuditID? { value["of"]?.string.flatMap { AuditID($0) } }

    /// The raw score of the first finding of `detector`; nil when it did not run or its score was not finite.
    package func score(of detector: String) -> Double? {
        value["detectors"]?.elements.first { $0["id"]?.string == detector }?["score"]?.number
    }
}
