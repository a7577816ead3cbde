/// Where the texts of a JSON body stand, and how many numbers its arrays hold.
///
/// For a body that a strict reader accepted already: what is passed over here cannot be out of place.
struct JSONTexts {
    /// A text that is a value.
    struct Text {
        /// Between its quotation marks.
        let range: Range<Int>
        /// JSON pointer (RFC 6901) to it.
        let pointer: String
    }

    /// In the order of the body.
    private(set) var texts: [Text] = []
    /// Names of members, wherever they stand.
    private(set) var names: Set<String> = []
    /// Numbers that are elements of arrays.
    private(set) var arrayNumbers = 0

    private enum Level {
        case array(index: Int)
        case object(name: String)
    }

    /// The texts of `body`.
    init(_ body: [UInt8]) {
        var levels: [Level] = []
        var position = 0
        while position < body.count {
            let byte = body[position]
            switch byte {
            case UInt8(ascii: "["): levels.append(.array(index: 0))
            case UInt8(ascii: "{"): levels.append(.object(name: ""))
            case UInt8(ascii: "]"), UInt8(ascii: "}"): _ = levels.popLast()
            case UInt8(ascii: ","):
                if case .array(let index)? = levels.last { levels[levels.count - 1] = .array(index: index + 1) }
            case UInt8(ascii: "-"), 0x30...0x39:
                if case .array? = levels.last { arrayNumbers += 1 }
                while position + 1 < body.count, Self.isNumber(body[position + 1]) { position += 1 }
            case UInt8(ascii: "\""):
                let range = position + 1..<Self.end(of: body, from: position + 1)
                position = range.upperBound
                if Self.isName(body, after: position + 1), case .object? = levels.last {
                    let name = String(decoding: Self.unescaped(body[range]), as: UTF8.self)
                    names.insert(name)
                    levels[levels.count - 1] = .object(name: name)
                } else {
                    texts.append(Text(range: range, pointer: Self.pointer(levels)))
                }
            default: break
            }
            position += 1
        }
    }

    /// The closing quotation mark.
    private static func end(of body: [UInt8], from start: Int) -> Int {
        var position = start
        while position < body.count, body[position] != UInt8(ascii: "\"") {
            position += body[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(position, body.count)
    }

    private static func isName(_ body: [UInt8], after position: Int) -> Bool {
        let next = body[min(position, body.count)...].first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
        return next == UInt8(ascii: ":")
    }

    private static func isNumber(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte)
    }

    private static func pointer(_ levels: [Level]) -> String {
        levels.map { level in
            switch level {
            case .array(let index): "/\(index)"
            case .object(let name): "/" + name.replacing("~", with: "~0").replacing("/", with: "~1")
            }
        }.joined()
    }

    /// A text with its escapes undone; characters beyond Latin-1 in escapes become `?`, which no base64 holds.
    static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
        guard text.contains(UInt8(ascii: "\\")) else { return Array(text) }
        var plain: [UInt8] = []
        plain.reserveCapacity(text.count)
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
                plain.append(byte)
                continue
            }
            switch escape {
            case UInt8(ascii: "n"): plain.append(0x0A)
            case UInt8(ascii: "r"): plain.append(0x0D)
            case UInt8(ascii: "t"): plain.append(0x09)
            case UInt8(ascii: "b"): plain.append(0x08)
            case UInt8(ascii: "f"): plain.append(0x0C)
            case UInt8(ascii: "u"):
                let digits = String(decoding: rest.prefix(4), as: UTF8.self)
                rest = rest.dropFirst(4)
                plain.append(UInt16(digits, radix: 16).flatMap { $0 < 256 ? UInt8($0) : nil } ?? UInt8(ascii: "?"))
            default: plain.append(escape)
            }
        }
        return plain
    }
}
