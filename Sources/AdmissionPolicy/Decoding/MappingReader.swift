internal import PixelCore

/// Reads one mapping by its table: unknown keys, missing ones and values of the wrong kind are all noted.
struct MappingReader {
    let place: PolicyNode.Place
    private let table: PolicyTable
    private let entries: [String: PolicyNode.Entry]
    let mistakes: MistakeList

    /// A reader of `node`; nil, with a mistake noted, when it is no mapping. Keys in `beside` belong to someone else.
    init?(_ node: PolicyNode, _ table: PolicyTable, _ mistakes: MistakeList, allowsOthers: Bool = false) {
        guard case .mapping(let list, let place) = node else {
            mistakes.add(node.place, "\(table.title) must be a mapping, not \(node.kindName)")
            return nil
        }
        self.place = place
        self.table = table
        self.mistakes = mistakes
        var entries: [String: PolicyNode.Entry] = [:]
        let known = table.keys.map(\.name)
        for entry in list {
            if !known.contains(entry.key), !allowsOthers {
                mistakes.add(entry.place, "\(entry.key): \(Self.unknown(entry.key, in: known, of: table.title))")
            }
            entries[entry.key] = entry
        }
        for key in table.keys where key.defaultText == nil && entries[key.name] == nil {
            mistakes.add(place, "\(table.title) has no `\(key.name)`")
        }
        self.entries = entries
    }

    static func unknown(_ key: String, in known: [String], of title: String) -> String {
        if let nearest = NearestName.nearest(to: key, in: known) {
            return "\(title) has no such key; did you mean `\(nearest)`?"
        }
        return "\(title) has no such key; it has \(known.joined(separator: ", "))"
    }

    /// The value of `name`; nil when it is not given.
    func node(_ name: String) -> PolicyNode? { entries[name]?.value }

    /// Where `name` stands, or the mapping begins.
    func place(of name: String) -> PolicyNode.Place { entries[name]?.value.place ?? place }

    /// True when the document gives `name`.
    func has(_ name: String) -> Bool { entries[name] != nil }

    /// Every entry, in no order.
    var others: [PolicyNode.Entry] {
        let known = table.keys.map(\.name)
        return entries.values.filter { !known.contains($0.key) }.sorted {
            ($0.place.line, $0.place.column) < ($1.place.line, $1.place.column)
        }
    }

    private func key(_ name: String) -> PolicyKey? {
        table.keys.first { $0.name == name }
    }

    /// The text given for `name`, or its default; nil when neither exists or, noted, when it is no single value.
    func text(_ name: String) -> String? {
        guard let node = node(name) else {
            let text = key(name)?.defaultText
            return text?.isEmpty == true ? nil : text
        }
        guard case .scalar(let text, _, _) = node else {
            mistakes.add(node.place, "\(name): must be a single value, not \(node.kindName)")
            return nil
        }
        guard !text.isEmpty else {
            mistakes.add(node.place, "\(name): has no value")
            return nil
        }
        return text
    }

    /// The word given for `name`, or its default; nil when there is none or, noted, when it is another word.
    func choice<E: RawRepresentable & CaseIterable>(_ name: String, _ type: E.Type) -> E? where E.RawValue == String {
        guard let word = text(name) else { return nil }
        if let value = E(rawValue: word) { return value }
        guard case .choice(let words)? = key(name)?.kind else { return notInTable(name) }
        mistakes.add(place(of: name), "\(name): \(Self.mustBe(word, words))")
        return nil
    }

    /// Notes that decoder and table disagree about `name`: a mistake of ours, but one that is told like any other.
    private func notInTable<T>(_ name: String) -> T? {
        mistakes.add(place(of: name), "\(name): cannot be read by this version")
        return nil
    }

    static func mustBe(_ word: String, _ words: [String]) -> String {
        let list = "must be \(words.joined(separator: " or ")), not `\(word)`"
        return NearestName.nearest(to: word, in: words).map { "\(list); did you mean `\($0)`?" } ?? list
    }

    /// The size or number given for `name`, or its default; nil when there is none or, noted, when it is out of range.
    func integer(_ name: String) -> Int? {
        guard let text = text(name) else { return nil }
        let range: ClosedRange<Int>
        let value: Int?
        let example: String
        switch key(name)?.kind {
        case .bytes(let allowed):
            (range, value, example) = (allowed, SizeText.parse(text, units: SizeText.byteUnits), "a size such as 20 MB")
        case .pixels(let allowed):
            (range, value, example) = (
                allowed, SizeText.parse(text, units: SizeText.pixelUnits), "a number such as 50 MP"
            )
        case .count(let allowed):
            (range, value, example) = (allowed, Int(text), "a whole number")
        default:
            return notInTable(name)
        }
        guard let value, range.contains(value) else {
            mistakes.add(
                place(of: name),
                "\(name): must be \(example) from \(range.lowerBound) to \(range.upperBound), not `\(text)`")
            return nil
        }
        return value
    }

    /// `true` or `false` for `name`, or its default.
    func flag(_ name: String) -> Bool {
        guard let text = text(name) else { return false }
        if text == "true" { return true }
        if text != "false" {
            mistakes.add(place(of: name), "\(name): must be true or false, not `\(text)`")
        }
        return false
    }

    /// The texts given for `name`; a single text counts as a list of one.
    func texts(_ name: String) -> [String] {
        guard let node = node(name) else { return [] }
        switch node {
        case .scalar(let text, _, _):
            return [text]
        case .list(let members, _):
            var texts: [String] = []
            for member in members {
                guard case .scalar(let text, _, _) = member, !text.isEmpty else {
                    mistakes.add(member.place, "\(name): must be a list of texts, not of \(member.kindName)")
                    continue
                }
                texts.append(text)
            }
            return texts
        case .mapping:
            mistakes.add(node.place, "\(name): must be a list of texts, not a mapping")
            return []
        }
    }

    /// The members of the list given for `name`.
    func members(_ name: String) -> [PolicyNode] {
        guard let node = node(name) else { return [] }
        guard case .list(let members, _) = node else {
            mistakes.add(node.place, "\(name): must be a list, not \(node.kindName)")
            return []
        }
        return members
    }
}
