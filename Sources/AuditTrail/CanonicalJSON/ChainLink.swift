internal import Crypto

/// The chain over stored lines: every line holds, as `prev`, the hash of the line before it.
///
/// The hash of a line is SHA-256 over one zero byte and the line's bytes without its newline: the leaf hash of
/// RFC 6962, so that a Merkle tree over the same lines needs no second hash.
enum ChainLink {
    /// What the first line of a log holds as `prev`: 64 zeros.
    static let genesis = [UInt8](repeating: 48, count: 64)

    /// 64 hex digits.
    static func hash(of line: UnsafeRawBufferPointer) -> [UInt8] {
        var hasher = SHA256()
        withUnsafeBytes(of: UInt8(0)) { hasher.update(bufferPointer: $0) }
        hasher.update(bufferPointer: line)
        return Hexadecimal.encode(hasher.finalize())
    }

    /// 64 hex digits.
    static func hash(of line: [UInt8]) -> [UInt8] {
        line.withUnsafeBytes { hash(of: $0) }
    }
}

/// What the chain needs of a stored line, found without parsing it.
///
/// A quote inside a JSON string is escaped, and no member after `prev` has free names; so the last `,"prev":"` and the
/// last `"schema":"portcullis.audit/v1","seq":` of a line that the writer made are the members themselves. A line that
/// somebody else made may trick this search, but not the hash that the next line holds.
struct LineHeading: Hashable {
    /// 64 hex digits.
    let previous: [UInt8]
    let sequence: Int
    /// 27 characters.
    let time: [UInt8]

    private static let link = Array(",\"prev\":\"".utf8)
    private static let count = Array(",\"schema\":\"portcullis.audit/v1\",\"seq\":".utf8)
    private static let moment = Array(",\"time\":\"".utf8)

    /// The heading of `line`; nil when it does not look like a record.
    init?(_ line: UnsafeRawBufferPointer) {
        guard line.count > 2, line[0] == UInt8(ascii: "{"), line[line.count - 1] == UInt8(ascii: "}"),
            let linkEnd = Self.lastEnd(of: Self.link, in: line), linkEnd + 64 < line.count,
            line[linkEnd + 64] == UInt8(ascii: "\""),
            let countEnd = Self.lastEnd(of: Self.count, in: line)
        else { return nil }
        let digits = line[linkEnd..<linkEnd + 64]
        guard digits.allSatisfy({ Hexadecimal.value(of: $0) != nil && !(65...70).contains($0) }) else { return nil }
        var position = countEnd
        var value = 0
        while position < line.count, (48...57).contains(line[position]), position - countEnd < 16 {
            value = value * 10 + Int(line[position] - 48)
            position += 1
        }
        guard value > 0, line[countEnd] != 48, position + Self.moment.count + 28 < line.count,
            line[position..<position + Self.moment.count].elementsEqual(Self.moment)
        else { return nil }
        position += Self.moment.count
        guard line[position + 27] == UInt8(ascii: "\"") else { return nil }
        previous = Array(digits)
        sequence = value
        time = Array(line[position..<position + 27])
    }

    /// The position after the last occurrence of `pattern`.
    private static func lastEnd(of pattern: [UInt8], in line: UnsafeRawBufferPointer) -> Int? {
        var start = line.count - pattern.count
        while start >= 0 {
            if line[start] == pattern[0], line[start..<start + pattern.count].elementsEqual(pattern) {
                return start + pattern.count
            }
            start -= 1
        }
        return nil
    }
}
