/// Which records are wanted. What is nil or empty does not matter.
package struct AuditQuery: Hashable, Sendable {
    /// One of these kinds; empty for all.
    package var kinds: Set<AuditRecord.Kind> = []
    /// One of these verdicts, carried out or, in monitor mode, would-be; empty for all.
    package var verdicts: Set<String> = []
    /// Not before this moment.
    package var since: AuditTime?
    /// Before this moment.
    package var until: AuditTime?
    /// This route.
    package var route: String?
    /// This among the reason codes.
    package var reason: String?
    /// This client address.
    package var client: String?
    /// This id: the record itself and its outcome.
    package var id: AuditID?
    /// No more than this many, the earliest first; nil for all.
    package var limit: Int?

    /// All records.
    package init() {}

    /// True when `entry` is wanted; the limit is not its business.
    package func matches(_ entry: AuditEntry) -> Bool {
        if !kinds.isEmpty, !kinds.contains(entry.kind) { return false }
        if !verdicts.isEmpty,
            ![entry.verdict, entry.wouldBeVerdict].contains(where: { $0.map(verdicts.contains) == true })
        {
            return false
        }
        if let since, entry.time < since { return false }
        if let until, entry.time >= until { return false }
        if let route, entry.route != route { return false }
        if let reason, !entry.reasonCodes.contains(reason) { return false }
        if let client, entry.client != client { return false }
        if let id, entry.id != id, entry.of != id { return false }
        return true
    }

    /// Text of which a wanted line holds at least one; empty when nothing so simple can be said. Spares parsing.
    var needles: [[UInt8]] {
        if let id { return [Array(id.description.utf8)] }
        if let client { return [Array(JSONValue.string(client).canonicalBytes().dropFirst().dropLast())] }
        return verdicts.map { Array("verdict\":\"\($0)\"".utf8) }
    }
}
