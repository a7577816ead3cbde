internal import Foundation

/// The parts of JSON that answers are read from.
enum JSONValue: Hashable, Sendable {
    case number(Double)
    case text(String)
    case array([JSONValue])
    case object([String: JSONValue])
    /// `true`, `false` or `null`: never a score.
    case other

    /// Deepest nesting that is read.
    static let depthLimit = 32

    /// The value of a whole document; nil when it is not JSON or nests deeper than `depthLimit`.
    static func parse(_ bytes: [UInt8]) -> JSONValue? {
        guard let any = try? JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed]) else {
            return nil
        }
        return convert(any, depth: 0)
    }

    private static func convert(_ any: Any, depth: Int) -> JSONValue? {
        guard depth < depthLimit else { return nil }
        switch any {
        case let text as String:
            return .text(text)
        case let members as [Any]:
            var values: [JSONValue] = []
            values.reserveCapacity(members.count)
            for member in members {
                guard let value = convert(member, depth: depth + 1) else { return nil }
                values.append(value)
            }
            return .array(values)
        case let members as [String: Any]:
            var values: [String: JSONValue] = [:]
            for (name, member) in members {
                guard let value = convert(member, depth: depth + 1) else { return nil }
                values[name] = value
            }
            return .object(values)
        case let flag as Bool where isBoolean(any):
            _ = flag
            return .other
        case let number as NSNumber:
            return .number(number.doubleValue)
        default:
            return .other
        }
    }

    /// `NSNumber` holds booleans too; its Objective-C type tells them apart.
    private static func isBoolean(_ any: Any) -> Bool {
        guard let number = any as? NSNumber else { return false }
        return String(cString: number.objCType) == "c"
    }
}
