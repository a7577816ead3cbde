/// Appends JSON in the form of RFC 8785 to a buffer. The caller gives the members in the order of their keys.
///
/// Written by hand because every request pays for it: a generic encoder costs ten times as much.
package struct CanonicalWriter: Sendable {
    /// What has been written.
    package private(set) var bytes: [UInt8]

    /// An empty buffer with room for `capacity` bytes.
    package init(capacity: Int = 1024) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Forgets what was written after the first `count` bytes; room is kept.
    mutating func truncate(to count: Int) {
        bytes.removeLast(bytes.count - count)
    }

    /// Appends one byte as it is.
    package mutating func byte(_ value: UInt8) {
        bytes.append(value)
    }

    /// Appends bytes as they are.
    mutating func raw(_ text: [UInt8]) {
        bytes.append(contentsOf: text)
    }

    /// Appends literal text as it is: punctuation and keys.
    package mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Begins a member: a comma unless it is the first, then `key`, which holds its quotes and colon (`"id":`).
    package mutating func member(_ key: StaticString) {
        if bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
        raw(key)
    }

    /// Begins an element of an array: a comma unless it is the first.
    package mutating func element() {
        if bytes.last != UInt8(ascii: "[") { bytes.append(UInt8(ascii: ",")) }
    }

    /// Appends two hex digits.
    mutating func hex(_ value: UInt8) {
        bytes.append(Hexadecimal.digits[Int(value >> 4)])
        bytes.append(Hexadecimal.digits[Int(value & 15)])
    }

    /// Appends `value`, not negative, in at least `width` decimal digits.
    mutating func digits(_ value: Int, width: Int) {
        var rest = value
        let start = bytes.count
        for _ in 0..<width { bytes.append(48) }
        var position = bytes.count - 1
        while rest > 0 {
            if position < start {
                bytes.insert(48, at: start)
                position = start
            }
            bytes[position] = 48 + UInt8(rest % 10)
            rest /= 10
            position -= 1
        }
    }

    /// Appends a whole number. One that a double cannot hold exactly is rounded as RFC 8785 asks.
    package mutating func integer(_ value: Int) {
        guard value.magnitude <= 1 << 53 else {
            number(Double(value))
            return
        }
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        if rest < 10 {
            bytes.append(48 + UInt8(rest))
            return
        }
        let start = bytes.count
        while rest > 0 {
            bytes.append(48 + UInt8(rest % 10))
            rest /= 10
        }
        bytes[start...].reverse()
    }

    /// Appends a real number as ECMAScript prints it; `null` for one that is not finite.
    package mutating func number(_ value: Double) {
        guard value.isFinite else {
            raw("null")
            return
        }
        if value == value.rounded(.towardZero), value.magnitude < 1e15 {
            integer(Int(value))
        } else {
            NumberText.append(value, to: &bytes)
        }
    }

    /// Appends `value` rounded to three decimals: milliseconds to the microsecond. `null` when it is not finite.
    package mutating func thousandths(_ value: Double) {
        // Up to 15 significant digits name one double and are its shortest name, so this is what `number` would print.
        guard value.magnitude < 1e11 else {
            number(value)
            return
        }
        let scaled = Int((value * 1000).rounded())
        if scaled < 0 { bytes.append(UInt8(ascii: "-")) }
        let whole = Int(scaled.magnitude / 1000)
        let part = Int(scaled.magnitude % 1000)
        integer(whole)
        guard part > 0 else { return }
        bytes.append(UInt8(ascii: "."))
        digits(part, width: 3)
        while bytes.last == 48 { bytes.removeLast() }
    }

    /// Appends `true` or `false`.
    package mutating func boolean(_ value: Bool) {
        if value { raw("true") } else { raw("false") }
    }

    /// Appends a quoted string with the least escaping.
    ///
    /// Text longer than `limit` bytes is cut between two scalars and ends in `…[N bytes]`, N being its whole length.
    package mutating func string(_ text: String, limit: Int = .max) {
        bytes.append(UInt8(ascii: "\""))
        var copy = text
        copy.withUTF8 { utf8 in
            if utf8.count <= limit {
                escaped(utf8[...])
            } else {
                var end = limit
                while end > 0, utf8[end] & 0xC0 == 0x80 { end -= 1 }
                escaped(utf8[..<end])
                raw("…[")
                integer(utf8.count)
                raw(" bytes]")
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escaped(_ text: Slice<UnsafeBufferPointer<UInt8>>) {
        var start = text.startIndex
        for position in text.indices {
            let byte = text[position]
            if byte >= 0x20, byte != 0x22, byte != 0x5C { continue }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<position]))
            escape(byte)
            start = position + 1
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case 0x22: raw("\\\"")
        case 0x5C: raw("\\\\")
        case 0x08: raw("\\b")
        case 0x09: raw("\\t")
        case 0x0A: raw("\\n")
        case 0x0C: raw("\\f")
        case 0x0D: raw("\\r")
        default:
            raw("\\u00")
            hex(byte)
        }
    }
}
