/// The reference of the policy document, written from the tables that the decoder reads by.
package enum PolicyReference {
    /// One Markdown table for each mapping, outermost first: key, what may stand after it, default, meaning.
    package static var markdown: String {
        PolicyTable.all.map(section).joined(separator: "\n")
    }

    private static func section(_ table: PolicyTable) -> String {
        var lines = ["## \(table.title)", "", "| key | value | default | meaning |", "| --- | --- | --- | --- |"]
        for key in table.keys {
            let fallback = key.defaultText.map { $0.isEmpty ? "–" : "`\($0)`" } ?? "must be given"
            lines.append("| `\(key.name)` | \(value(key.kind)) | \(fallback) | \(key.summary) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func value(_ kind: PolicyKey.Kind) -> String {
        switch kind {
        case .text: "text"
        case .choice(let words): words.map { "`\($0)`" }.joined(separator: ", ")
        case .bytes(let range): "bytes, \(range.lowerBound) to \(range.upperBound); `20 MB`, `64 KiB`"
        case .pixels(let range): "pixels, \(range.lowerBound) to \(range.upperBound); `50 MP`"
        case .count(let range): "\(range.lowerBound) to \(range.upperBound)"
        case .share: "a share; `1%`, `0.01`"
        case .flag: "`true`, `false`"
        case .texts: "a list of texts"
        case .section(let name): name
        }
    }
}
