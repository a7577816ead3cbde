/// A strict JSON reader (RFC 8259, I-JSON): valid UTF-8, unique keys, finite numbers, bounded depth, nothing after the end.
///
/// Stored lines may have been edited by anyone, so that every index is checked and every failure is a value.
package struct JSONParser {
    /// Where and why reading stopped.
    package struct Failure: Error, Hashable, Sendable {
        /// Position of the first byte that does not fit, from 0.
        package let offset: Int
        /// What was wrong there.
        package let problem: Problem
    }

    /// What can be wrong.
    package enum Problem: String, Hashable, Sendable {
        case unexpectedByte = "unexpected byte"
        case unexpectedEnd = "unexpected end"
        case invalidUTF8 = "invalid UTF-8"
        case invalidEscape = "invalid escape"
        case controlCharacter = "control character in a string"
        case invalidNumber = "invalid number"
        case duplicateKey = "duplicate key"
        case tooDeep = "nested too deeply"
        case trailingBytes = "bytes after the end"
    }

    private static let deepest = 32
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The value that `bytes` hold.
    package static func parse(_ bytes: [UInt8]) throws(Failure) -> JSONValue {
        var parser = JSONParser(bytes)
        let value = try parser.value()
        parser.skipSpace()
        guard parser.position == bytes.count else { throw parser.failure(.trailingBytes) }
        return value
    }

    private func failure(_ problem: Problem) -> Failure { Failure(offset: position, problem: problem) }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func expect(_ byte: UInt8) throws(Failure) {
        guard let found = next else { throw failure(.unexpectedEnd) }
        guard found == byte else { throw failure(.unexpectedByte) }
        position += 1
    }

    private mutating func value() throws(Failure) -> JSONValue {
        skipSpace()
        guard let byte = next else { throw failure(.unexpectedEnd) }
        switch byte {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(Failure) -> JSONValue {
        for offset in 0..<text.utf8CodeUnitCount {
            try expect(text.utf8Start[offset])
        }
        return value
    }

    private mutating func enter() throws(Failure) {
        position += 1
        depth += 1
        guard depth <= Self.deepest else { throw failure(.tooDeep) }
        skipSpace()
    }

    /// True when another element follows, false when `closing` ended the list.
    private mutating func continues(until closing: UInt8) throws(Failure) -> Bool {
        skipSpace()
        guard let byte = next else { throw failure(.unexpectedEnd) }
        position += 1
        if byte == closing {
            depth -= 1
            return false
        }
        guard byte == UInt8(ascii: ",") else {
            position -= 1
            throw failure(.unexpectedByte)
        }
        return true
    }

    private mutating func array() throws(Failure) -> JSONValue {
        try enter()
        var elements: [JSONValue] = []
        if next == UInt8(ascii: "]") {
            position += 1
            depth -= 1
            return .array([])
        }
        repeat {
            elements.append(try value())
        } while try continues(until: UInt8(ascii: "]"))
        return .array(elements)
    }

    private mutating func object() throws(Failure) -> JSONValue {
        try enter()
        var members: [JSONValue.Member] = []
        if next == UInt8(ascii: "}") {
            position += 1
            depth -= 1
            return .object([])
        }
        // Small objects are searched; a set takes over before the search grows quadratic.
        var seen: Set<String> = []
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw failure(next == nil ? .unexpectedEnd : .unexpectedByte) }
            let key = try string()
            guard seen.insert(key).inserted else { throw failure(.duplicateKey) }
            skipSpace()
            try expect(UInt8(ascii: ":"))
            members.append(JSONValue.Member(key: key, value: try value()))
        } while try continues(until: UInt8(ascii: "}"))
        return .object(members)
    }

    private mutating func number() throws(Failure) -> Double {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        let firstDigit = position
        let wholeDigits = skipDigits()
        guard wholeDigits > 0 else { throw failure(next == nil ? .unexpectedEnd : .unexpectedByte) }
        guard wholeDigits == 1 || bytes[firstDigit] != 48 else { throw failure(.invalidNumber) }
        if next == UInt8(ascii: ".") {
            position += 1
            guard skipDigits() > 0 else { throw failure(.invalidNumber) }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            guard skipDigits() > 0 else { throw failure(.invalidNumber) }
        }
        guard let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)), value.isFinite else {
            throw failure(.invalidNumber)
        }
        return value
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while let byte = next, (48...57).contains(byte) { position += 1 }
        return position - start
    }

    private mutating func string() throws(Failure) -> String {
        position += 1
        let start = position
        // Most strings hold no escape and are taken as they stand.
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
        if next == UInt8(ascii: "\"") {
            position += 1
            return try validated(Array(bytes[start..<position - 1]))
        }
        var text = Array(bytes[start..<position])
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return try validated(text)
            case UInt8(ascii: "\\"): try escape(into: &text)
            case ..<0x20:
                position -= 1
                throw failure(.controlCharacter)
            default: text.append(byte)
            }
        }
        throw failure(.unexpectedEnd)
    }

    private func validated(_ text: [UInt8]) throws(Failure) -> String {
        guard let string = String(validating: text, as: UTF8.self) else { throw failure(.invalidUTF8) }
        return string
    }

    private mutating func escape(into text: inout [UInt8]) throws(Failure) {
        guard let byte = next else { throw failure(.unexpectedEnd) }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "u"): try unicodeEscape(into: &text)
        default: throw failure(.invalidEscape)
        }
    }

    private mutating func unicodeEscape(into text: inout [UInt8]) throws(Failure) {
        let first = try fourHexDigits()
        var value = UInt32(first)
        if (0xD800...0xDBFF).contains(first) {
            try expect(UInt8(ascii: "\\"))
            try expect(UInt8(ascii: "u"))
            let second = try fourHexDigits()
            guard (0xDC00...0xDFFF).contains(second) else { throw failure(.invalidEscape) }
            value = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw failure(.invalidEscape) }
        text.append(contentsOf: Array(String(Character(scalar)).utf8))
    }

    private mutating func fourHexDigits() throws(Failure) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = next else { throw failure(.unexpectedEnd) }
            guard let digit = Hexadecimal.value(of: byte) else { throw failure(.invalidEscape) }
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return value
    }
}
