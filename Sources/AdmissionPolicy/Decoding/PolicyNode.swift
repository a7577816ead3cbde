/// A node of a YAML document with its place. Mappings keep their order; keys are texts and stand once.
indirect enum PolicyNode {
    case scalar(text: String, isPlain: Bool, place: Place)
    case list([PolicyNode], place: Place)
    case mapping([Entry], place: Place)

    /// Line and column from 1.
    struct Place: Hashable {
        let line: Int
        let column: Int
    }

    /// One line of a mapping.
    struct Entry {
        let key: String
        let place: Place
        let value: PolicyNode
    }

    /// Where the node begins.
    var place: Place {
        switch self {
        case .scalar(_, _, let place), .list(_, let place), .mapping(_, let place): place
        }
    }

    /// What it is, for messages.
    var kindName: String {
        switch self {
        case .scalar: "a single value"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// Gathers every mistake of a document.
final class MistakeList {
    private(set) var mistakes: [PolicyMistake] = []

    /// Notes a mistake at `place`.
    func add(_ place: PolicyNode.Place, _ message: String) {
        // A document of nothing but mistakes is not worth more than this many lines of them.
        if mistakes.count < 200 {
            mistakes.append(PolicyMistake(line: place.line, column: place.column, message: message))
        }
    }

    /// The mistakes in the order of the document.
    var sorted: [PolicyMistake] {
        mistakes.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    }
}
