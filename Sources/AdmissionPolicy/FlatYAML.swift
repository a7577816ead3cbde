internal import Yams

/// Reads a YAML document that is one mapping of names to single values: the configuration file of the command.
///
/// Kept beside the policy decoder because YAML is read in this target alone.
package enum FlatYAML {
    /// One line of the mapping.
    package struct Entry: Hashable, Sendable {
        /// The name.
        package let key: String
        /// The value as written, without quotes.
        package let value: String
        /// Line of the name, from 1.
        package let line: Int
        /// Column of the name, from 1.
        package let column: Int
    }

    /// Largest document that is read.
    package static let limitBytes = 1 << 20

    /// The entries of `bytes` in order; none for an empty document.
    ///
    /// Throws every mistake at once: no UTF-8, no YAML, a name that is no text or stands twice, a value that is a list or
    /// a mapping, an anchor or an alias.
    package static func read(bytes: [UInt8], origin: String) throws(PolicyMistakes) -> [Entry] {
        guard bytes.count <= limitBytes else {
            throw mistake(origin, "the file has \(bytes.count) bytes; at most \(limitBytes) are read")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw mistake(origin, "the file is not UTF-8 text")
        }
        guard let root = try compose(text, origin: origin) else { return [] }
        guard case .mapping(let mapping) = root else {
            if case .scalar(let scalar) = root, scalar.string.isEmpty { return [] }
            throw PolicyMistakes(
                origin: origin, mistakes: [at(root.mark, "the file must be a list of lines `name: value`")])
        }
        return try entries(of: mapping, origin: origin)
    }

    private static func entries(of mapping: Node.Mapping, origin: String) throws(PolicyMistakes) -> [Entry] {
        var entries: [Entry] = []
        var mistakes: [PolicyMistake] = []
        for (name, value) in mapping {
            guard case .scalar(let key) = name else {
                mistakes.append(at(name.mark, "a name must be a single word"))
                continue
            }
            guard case .scalar(let scalar) = value else {
                mistakes.append(at(name.mark, "\(key.string): must be a single value, not a list or a mapping"))
                continue
            }
            guard !scalar.string.isEmpty else {
                mistakes.append(at(name.mark, "\(key.string): has no value; leave the line out to use the default"))
                continue
            }
            let place = at(name.mark, "")
            entries.append(Entry(key: key.string, value: scalar.string, line: place.line, column: place.column))
        }
        if !mistakes.isEmpty { throw PolicyMistakes(origin: origin, mistakes: mistakes) }
        return entries
    }

    private static func compose(_ text: String, origin: String) throws(PolicyMistakes) -> Node? {
        do {
            return try Parser(yaml: text).singleRoot()
        } catch let error as YamlError {
            throw PolicyMistakes(origin: origin, mistakes: mistakes(of: error, in: text))
        } catch {
            throw mistake(origin, "the file cannot be read as YAML")
        }
    }

    private static func mistakes(of error: YamlError, in text: String) -> [PolicyMistake] {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return [at(mark, "this is not YAML: \(problem)")]
        case .duplicatedKeysInMapping(let duplicates, _):
            // The library names the keys but not their places.
            return duplicates.sorted().map { key in
                let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
                let last = lines.lastIndex { $0.hasPrefix(key) }
                return PolicyMistake(
                    line: last.map { $0 + 1 } ?? 0, column: last == nil ? 0 : 1,
                    message: "\(key): is given more than once")
            }
        case .reader(let problem, _, _, _):
            return [at(nil, "the file cannot be read as YAML: \(problem)")]
        default:
            return [at(nil, "the file cannot be read as YAML")]
        }
    }

    private static func at(_ mark: Mark?, _ message: String) -> PolicyMistake {
        PolicyMistake(line: mark?.line ?? 0, column: mark?.column ?? 0, message: message)
    }

    private static func mistake(_ origin: String, _ message: String) -> PolicyMistakes {
        PolicyMistakes(origin: origin, mistakes: [at(nil, message)])
    }
}
