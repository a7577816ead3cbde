internal import Yams

/// Reads YAML text into `PolicyNode`s, within bounds on size, depth and number of nodes.
struct PolicyTree {
    /// Largest document.
    static let limitBytes = 1 << 20
    /// Deepest nesting.
    static let limitDepth = 32
    /// Most nodes.
    static let limitNodes = 20_000

    private let mistakes: MistakeList
    private var nodes = 0

    /// A reader that notes what is wrong in `mistakes`.
    init(mistakes: MistakeList) {
        self.mistakes = mistakes
    }

    /// The root; nil, with a mistake noted, when there is none.
    mutating func read(_ bytes: [UInt8]) -> PolicyNode? {
        let top = PolicyNode.Place(line: 0, column: 0)
        guard bytes.count <= Self.limitBytes else {
            mistakes.add(top, "the policy has \(bytes.count) bytes; at most \(Self.limitBytes) are read")
            return nil
        }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            mistakes.add(top, "the policy is not UTF-8 text")
            return nil
        }
        if let place = AnchorSearch.first(in: text) {
            mistakes.add(place, "anchors (&name) and aliases (*name) are not allowed in a policy; write the value out")
            return nil
        }
        if let place = AnchorSearch.tooDeep(in: text, limit: Self.limitDepth) {
            mistakes.add(place, "the document nests deeper than \(Self.limitDepth) levels")
            return nil
        }
        guard let root = compose(text) else { return nil }
        return convert(root, depth: 0)
    }

    /// The library refuses a duplicate key and ends there, so that only one would ever be reported: each is noted and
    /// renamed to something that no table knows, and the text is read again.
    private func compose(_ text: String) -> Node? {
        var text = text
        for round in 0..<64 {
            do {
                guard let root = try Parser(yaml: text).singleRoot() else {
                    mistakes.add(.init(line: 1, column: 1), "the policy is empty; it begins with `version: 1`")
                    return nil
                }
                return root
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                guard let key = keys.first,
                    let found = DuplicateKey.find(key, after: context.mark, in: text)
                else {
                    mistakes.add(
                        .init(line: context.mark.line, column: context.mark.column),
                        "\(keys.joined(separator: ", ")): is given more than once")
                    return nil
                }
                mistakes.add(found.place, "\(key): is given more than once (first in line \(context.mark.line))")
                text = found.renamed(in: text, round: round)
            } catch let error as YamlError {
                note(error)
                return nil
            } catch {
                mistakes.add(.init(line: 0, column: 0), "the policy cannot be read as YAML")
                return nil
            }
        }
        return nil
    }

    private func note(_ error: YamlError) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            mistakes.add(.init(line: mark.line, column: mark.column), "this is not YAML: \(problem)")
        case .reader(let problem, _, _, _):
            mistakes.add(.init(line: 0, column: 0), "this is not YAML: \(problem)")
        default:
            mistakes.add(.init(line: 0, column: 0), "the policy cannot be read as YAML")
        }
    }

    private mutating func convert(_ node: Node, depth: Int) -> PolicyNode? {
        let place = PolicyNode.Place(line: node.mark?.line ?? 0, column: node.mark?.column ?? 0)
        nodes += 1
        guard nodes <= Self.limitNodes, depth < Self.limitDepth else {
            if nodes == Self.limitNodes + 1 || depth >= Self.limitDepth {
                mistakes.add(place, "the document is too large or nests too deep")
            }
            return nil
        }
        switch node {
        case .scalar(let scalar):
            return .scalar(text: scalar.string, isPlain: scalar.style == .plain, place: place)
        case .sequence(let sequence):
            return .list(sequence.compactMap { convert($0, depth: depth + 1) }, place: place)
        case .mapping(let mapping):
            return .mapping(entries(of: mapping, depth: depth), place: place)
        case .alias:
            mistakes.add(place, "aliases (*name) are not allowed in a policy; write the value out")
            return nil
        }
    }

    private mutating func entries(of mapping: Node.Mapping, depth: Int) -> [PolicyNode.Entry] {
        var entries: [PolicyNode.Entry] = []
        for (name, value) in mapping {
            let place = PolicyNode.Place(line: name.mark?.line ?? 0, column: name.mark?.column ?? 0)
            guard case .scalar(let key) = name else {
                mistakes.add(place, "a key must be a single word")
                continue
            }
            if DuplicateKey.isRenamed(key.string) { continue }
            guard let value = convert(value, depth: depth + 1) else { continue }
            entries.append(PolicyNode.Entry(key: key.string, place: place, value: value))
        }
        return entries
    }
}

/// A key that stands a second time in a mapping.
private struct DuplicateKey {
    let place: PolicyNode.Place
    private let length: Int

    /// The second place of `key` in the mapping whose first place is `mark`; nil when it is written in a way that cannot
    /// be found in the text (quoted or spread over lines).
    static func find(_ key: String, after mark: Mark, in text: String) -> DuplicateKey? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0) }
        let wanted = Array(key)
        guard !wanted.isEmpty, lines.indices.contains(mark.line - 1) else { return nil }
        // In a flow mapping the second place follows in the same line, in a block mapping in the same column.
        if let column = position(of: wanted, in: lines[mark.line - 1], from: mark.column - 1 + wanted.count) {
            return DuplicateKey(place: .init(line: mark.line, column: column + 1), length: wanted.count)
        }
        for index in lines.indices.dropFirst(mark.line) {
            let line = lines[index]
            let indent = line.prefix { $0 == " " }.count
            if line.count == indent || line[indent] == "#" { continue }
            if indent < mark.column - 1, !(line[indent] == "-") { return nil }
            if position(of: wanted, in: line, from: mark.column - 1) == mark.column - 1 {
                return DuplicateKey(place: .init(line: index + 1, column: mark.column), length: wanted.count)
            }
        }
        return nil
    }

    private static func position(of wanted: [Character], in line: [Character], from start: Int) -> Int? {
        guard start >= 0, line.count >= wanted.count, start <= line.count - wanted.count else { return nil }
        for offset in start...(line.count - wanted.count)
        where Array(line[offset..<offset + wanted.count]) == wanted {
            let before = offset == 0 ? " " : line[offset - 1]
            let after = line[(offset + wanted.count)...].first { $0 != " " }
            if after == ":", before == " " || before == "{" || before == "," { return offset }
        }
        return nil
    }

    /// `text` with this key replaced by as many characters of the private use area, which no table knows.
    func renamed(in text: String, round: Int) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var line = Array(lines[place.line - 1])
        let stand = Character(Unicode.Scalar(0xE000 + UInt32(round)) ?? "\u{E000}")
        for offset in 0..<length { line[place.column - 1 + offset] = stand }
        lines[place.line - 1] = String(line)
        return lines.joined(separator: "\n")
    }

    /// True for a key that `renamed` made.
    static func isRenamed(_ key: String) -> Bool {
        guard let first = key.unicodeScalars.first else { return false }
        return (0xE000..<0xE100).contains(first.value)
    }
}
