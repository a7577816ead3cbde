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

    /// What a document holds, and what is wrong with it: both, so that all mistakes can be reported together.
    package struct Reading: Hashable, Sendable {
        /// The readable entries, in order.
        package var entries: [Entry] = []
        /// In the order of the document.
        package var mistakes: [PolicyMistake] = []
    }

    /// Largest document that is read.
    package static let limitBytes = 1 << 20

    /// The entries of `bytes`; none for an empty document.
    ///
    /// Mistakes are: no UTF-8, no YAML, a name that is no text or stands twice, a value that is empty, a list or a mapping.
    package static func read(_ bytes: [UInt8]) -> Reading {
        var reading = Reading()
        guard bytes.count <= limitBytes else {
            reading.mistakes = [at(nil, "the file has \(bytes.count) bytes; at most \(limitBytes) are read")]
            return reading
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            reading.mistakes = [at(nil, "the file is not UTF-8 text")]
            return reading
        }
        switch compose(text) {
        case .failure(let failure): reading.mistakes = failure.mistakes
        case .success(nil): break
        case .success(.mapping(let mapping)?): read(mapping, into: &reading)
        case .success(.scalar(let scalar)?) where scalar.string.isEmpty: break
        case .success(let root?): reading.mistakes = [at(root.mark, "the file must be lines of `name: value`")]
        }
        return reading
    }

    private static func read(_ mapping: Node.Mapping, into reading: inout Reading) {
        for (name, value) in mapping {
            guard case .scalar(let key) = name else {
                reading.mistakes.append(at(name.mark, "a name must be a single word"))
                continue
            }
            guard case .scalar(let scalar) = value else {
                reading.mistakes.append(at(name.mark, "\(key.string): must be a single value, not a list or a mapping"))
                continue
            }
            guard !scalar.string.isEmpty else {
                let message = "\(key.string): has no value; leave the line out to use the default"
                reading.mistakes.append(at(name.mark, message))
                continue
            }
            reading.entries.append(
                Entry(
                    key: key.string, value: scalar.string, line: name.mark?.line ?? 0, column: name.mark?.column ?? 0))
        }
    }

    private struct Unreadable: Error {
        let mistakes: [PolicyMistake]
    }

    private static func compose(_ text: String) -> Result<Node?, Unreadable> {
        do {
            return .success(try Parser(yaml: text).singleRoot())
        } catch let error as YamlError {
            return .failure(Unreadable(mistakes: mistakes(of: error, in: text)))
        } catch {
            return .failure(Unreadable(mistakes: [at(nil, "the file cannot be read as YAML")]))
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
}
