/// Any JSON value, for reading stored lines back.
package indirect enum JSONValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    /// Members in the order in which they were read; keys are unique.
    case object([Member])

    /// One member of an object.
    package struct Member: Hashable, Sendable {
        /// Its name.
        package let key: String
        /// Its value.
        package let value: JSONValue

        /// A member, both parts named.
        package init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// The member called `key`; nil when this is no object or has none.
    package subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// The text of a string; nil for anything else.
    package var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The number; nil for anything else.
    package var number: Double? {
        guard case .number(let value) = self else { return nil }
        return value
    }

    /// The number when it is whole and exact in a double; nil for anything else.
    package var integer: Int? {
        guard case .number(let value) = self, value.magnitude <= 9_007_199_254_740_992,
            value == value.rounded(.towardZero)
        else { return nil }
        return Int(value)
    }

    /// The elements of an array; empty for anything else.
    package var elements: [JSONValue] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    /// The members of an object; empty for anything else.
    package var members: [Member] {
        guard case .object(let members) = self else { return [] }
        return members
    }

    /// This value in the form of RFC 8785.
    package func canonicalBytes() -> [UInt8] {
        var writer = CanonicalWriter()
        append(to: &writer)
        return writer.bytes
    }

    private func append(to writer: inout CanonicalWriter) {
        switch self {
        case .null: writer.raw("null")
        case .boolean(let value): writer.boolean(value)
        case .number(let value): writer.number(value)
        case .string(let text): writer.string(text)
        case .array(let elements):
            writer.raw("[")
            for element in elements {
                writer.element()
                element.append(to: &writer)
            }
            writer.raw("]")
        case .object(let members):
            writer.raw("{")
            for member in members.sorted(by: { KeyOrder.precedes($0.key, $1.key) }) {
                writer.namedMember(member.key)
                member.value.append(to: &writer)
            }
            writer.raw("}")
        }
    }
}

/// The order of keys in RFC 8785.
enum KeyOrder {
    /// By UTF-16 code units, which differs from the order of UTF-8 bytes where surrogates meet U+E000 and above.
    static func precedes(_ a: String, _ b: String) -> Bool {
        a.utf16.lexicographicallyPrecedes(b.utf16)
    }
}

extension CanonicalWriter {
    /// Begins a member whose key is not known in advance.
    mutating func namedMember(_ key: String) {
        if bytes.last != UInt8(ascii: "{") { byte(UInt8(ascii: ",")) }
        string(key)
        byte(UInt8(ascii: ":"))
    }
}
