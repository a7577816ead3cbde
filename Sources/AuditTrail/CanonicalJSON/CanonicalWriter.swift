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
        bytes.append(Hexadecimal.digit(value >> 4))
        bytes.append(Hexadecimal.digit(value & 15))
    }

    /// Appends the last `width` decimal digits of `value`, which is not negative.
    mutating func digits(_ value: Int, width: Int) {
        var unit = 1
        for _ in 1..<width { unit *= 10 }
        while unit > 0 {
            bytes.append(48 + UInt8(truncatingIfNeeded: value / unit % 10))
            unit /= 10
        }
    }

    /// Appends a whole number. One that a double cannot hold exactly is rounded as RFC 8785 asks.
    package mutating func integer(_ value: Int) {
        guard value.magnitude <= 1 << 53 else {
            number(Double(value))
            return
        }
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let magnitude = value.magnitude
        var unit: UInt = 1
        while magnitude / unit >= 10 { unit *= 10 }
        while unit > 0 {
            bytes.append(48 + UInt8(truncatingIfNeeded: magnitude / unit % 10))
            unit /= 10
        }
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
                escaped(utf8)
            } else {
                var end = limit
                while end > 0, utf8[end] & 0xC0 == 0x80 { end -= 1 }
                escaped(UnsafeBufferPointer(rebasing: utf8[..<end]))
                raw("…[")
                integer(utf8.count)
                raw(" bytes]")
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escaped(_ text: UnsafeBufferPointer<UInt8>) {
        // Nearly all text needs no escape: a loop without a branch finds that out.
        var special: UInt8 = 0
        for byte in text {
            special |= (byte < 0x20 ? 1 : 0) | (byte == 0x22 ? 1 : 0) | (byte == 0x5C ? 1 : 0)
        }
        guard special != 0 else {
            bytes.append(contentsOf: text)
            return
        }
        for byte in text {
            if byte >= 0x20, byte != 0x22, byte != 0x5C { bytes.append(byte) } else { escape(byte) }
        }
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
