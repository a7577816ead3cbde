internal import AuditTrail

/// A JSON pointer (RFC 6901) in which a whole segment `*` stands for every member: our extension, so that the digits of
/// a cheque (`/digits/*/probabilities`) are several score vectors.
struct JSONPointer: Hashable, Sendable {
    private let segments: [Segment]
    /// As written in the policy.
    let text: String

    private enum Segment: Hashable, Sendable {
        case every
        case member(String)
    }

    /// A pointer; nil when it neither is empty nor begins with `/`, or holds a `~` that is not `~0` or `~1`.
    init?(_ text: String) {
        self.text = text
        if text.isEmpty {
            segments = []
            return
        }
        guard text.first == "/" else { return nil }
        var parsed: [Segment] = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            if part == "*" {
                parsed.append(.every)
                continue
            }
            guard let name = Self.unescape(part) else { return nil }
            parsed.append(.member(name))
        }
        segments = parsed
    }

    /// Every value it points to, array members in order, object members by name. Throws where a member is missing.
    func values(in root: JSONValue) throws(AnswerPathError) -> [JSONValue] {
        var current = [root]
        for segment in segments {
            var next: [JSONValue] = []
            for value in current { next += try members(segment, of: value) }
            current = next
        }
        return current
    }

    private func members(_ segment: Segment, of value: JSONValue) throws(AnswerPathError) -> [JSONValue] {
        switch (segment, value) {
        case (.every, .array(let members)):
            return members
        case (.every, .object(let members)):
            return members.sorted { $0.key < $1.key }.map(\.value)
        case (.member(let name), .object):
            guard let member = value[name] else { throw AnswerPathError(pointer: text, missing: name) }
            return [member]
        case (.member(let name), .array(let members)):
            guard let index = Int(name), members.indices.contains(index) else {
                throw AnswerPathError(pointer: text, missing: name)
            }
            return [members[index]]
        case (.every, _):
            throw AnswerPathError(pointer: text, missing: "*")
        case (.member(let name), _):
            throw AnswerPathError(pointer: text, missing: name)
        }
    }

    private static func unescape(_ part: Substring) -> String? {
        var name = ""
        var rest = part[...]
        while let character = rest.popFirst() {
            guard character == "~" else {
                name.append(character)
                continue
            }
            switch rest.popFirst() {
            case "0": name.append("~")
            case "1": name.append("/")
            default: return nil
            }
        }
        return name
    }
}

/// A pointer leads nowhere in this answer.
struct AnswerPathError: Error, Hashable {
    let pointer: String
    let missing: String
}
