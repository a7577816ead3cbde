/// Where the texts of a JSON body stand, and how much else there is: looked at before the body is read as JSON, so that a body of
/// a million values costs no more than its bytes.
///
/// Right for what a strict reader accepts; of anything else it says something, and never reads beyond the end.
struct JSONTexts {
    /// Most texts, and most names of members.
    static let mostTexts = 64
    /// Most brackets and braces that open.
    private static let mostLevels = 256
    /// Most bytes of a name.
    private static let mostName = 128

    /// The texts that are values, each between its quotation marks, in the order of the body.
    private(set) var texts: [Range<Int>] = []
    /// The names of members, in the order of the body, repeated ones too.
    private(set) var names: [Range<Int>] = []
    /// Numbers, `true` and `false`, wherever they stand.
    private(set) var numbers = 0

    /// The texts of `body`. Throws as soon as there is more of anything than a request about one image has.
    init(_ body: [UInt8], mostNumbers: Int) throws(EnvelopeFault) {
        var levels = 0
        var position = 0
        while position < body.count {
            switch body[position] {
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                levels += 1
                guard levels <= Self.mostLevels else { throw .unknownContent }
            case UInt8(ascii: "-"), 0x30...0x39, UInt8(ascii: "t"), UInt8(ascii: "f"):
                numbers += 1
                guard numbers <= mostNumbers else { throw .tensor }
                while position + 1 < body.count, Self.isWord(body[position + 1]) { position += 1 }
            case UInt8(ascii: "\""):
                let range = position + 1..<Self.end(of: body, from: position + 1)
                position = range.upperBound
                if Self.isName(body, after: position + 1) {
                    guard range.count <= Self.mostName else { throw .unknownContent }
                    names.append(range)
                } else {
                    texts.append(range)
                }
                guard texts.count <= Self.mostTexts, names.count <= Self.mostTexts else { throw .unknownContent }
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
        return min(max(position, start), max(body.count, start))
    }

    private static func isName(_ body: [UInt8], after position: Int) -> Bool {
        let next = body[min(position, body.count)...].first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
        return next == UInt8(ascii: ":")
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || [0x2B, 0x2D, 0x2E, 0x45].contains(byte)
    }

    /// The JSON pointer (RFC 6901) to the text at `range` of a body that was accepted.
    static func pointer(to range: Range<Int>, in body: [UInt8]) -> String {
        var levels: [(isArray: Bool, index: Int, name: String)] = []
        var position = 0
        while position < range.lowerBound - 1 {
            switch body[position] {
            case UInt8(ascii: "["): levels.append((true, 0, ""))
            case UInt8(ascii: "{"): levels.append((false, 0, ""))
            case UInt8(ascii: "]"), UInt8(ascii: "}"): _ = levels.popLast()
            case UInt8(ascii: ","): if !levels.isEmpty { levels[levels.count - 1].index += 1 }
            case UInt8(ascii: "\""):
                let end = end(of: body, from: position + 1)
                if isName(body, after: end + 1), !levels.isEmpty {
                    levels[levels.count - 1].name = String(
                        decoding: unescaped(body[position + 1..<end]), as: UTF8.self)
                }
                position = end
            default: break
            }
            position += 1
        }
        return levels.map { level in
            level.isArray
                ? "/\(level.index)" : "/" + level.name.replacing("~", with: "~0").replacing("/", with: "~1")
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
                let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init) ?? "?"
                plain += Array(String(Character(scalar)).utf8)
            default: plain.append(escape)
            }
        }
        return plain
    }
}
