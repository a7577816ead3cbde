/// The name of one record: a UUID version 7 (RFC 9562), so that ids sort by time. It is what a client quotes to support.
package struct AuditID: Hashable, Comparable, Sendable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    /// An id of `time`: 48 bits of milliseconds, 12 bits of the fraction of the millisecond, 62 random bits.
    package init(time: AuditTime, random: UInt64) {
        let clamped = max(0, time.microseconds)
        let milliseconds = UInt64(clamped / 1000) & 0xFFFF_FFFF_FFFF
        // RFC 9562 section 6.2, method 3: the fraction fills the field that follows the version.
        let fraction = UInt64(clamped % 1000) * 4096 / 1000
        high = milliseconds << 16 | 0x7000 | fraction
        low = 0x8000_0000_0000_0000 | random & 0x3FFF_FFFF_FFFF_FFFF
    }

    /// A fresh id of `time`, drawn from the system's generator.
    package static func make(at time: AuditTime) -> AuditID {
        var generator = SystemRandomNumberGenerator()
        return AuditID(time: time, random: generator.next())
    }

    /// The id that 36 characters of hex digits and hyphens name, of any UUID version; nil for anything else.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return nil }
        var halves: [UInt64] = [0, 0]
        var digits = 0
        for (position, byte) in bytes.enumerated() {
            if position == 8 || position == 13 || position == 18 || position == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = Hexadecimal.value(of: byte) else { return nil }
            halves[digits / 16] = halves[digits / 16] << 4 | UInt64(digit)
            digits += 1
        }
        high = halves[0]
        low = halves[1]
    }

    /// In the order of the text.
    package static func < (a: AuditID, b: AuditID) -> Bool { (a.high, a.low) < (b.high, b.low) }

    /// 36 characters, lower case: `0193b3a1-7c2e-7d11-8a4b-2f6f0c9d1e35`.
    package var description: String {
        var writer = CanonicalWriter(capacity: 36)
        append(to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Appends the 36 characters of `description`.
    func append(to writer: inout CanonicalWriter) {
        for shift in stride(from: 56, through: 0, by: -8) {
            if shift == 24 || shift == 8 { writer.byte(UInt8(ascii: "-")) }
            writer.hex(UInt8(truncatingIfNeeded: high >> UInt64(shift)))
        }
        for shift in stride(from: 56, through: 0, by: -8) {
            if shift == 56 || shift == 40 { writer.byte(UInt8(ascii: "-")) }
            writer.hex(UInt8(truncatingIfNeeded: low >> UInt64(shift)))
        }
    }
}
