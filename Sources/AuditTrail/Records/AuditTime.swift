#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A moment in UTC, in whole microseconds since 1970-01-01T00:00:00Z, as audit records write it.
package struct AuditTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Microseconds since 1970, within the years 0001 to 9999.
    package let microseconds: Int

    private static let earliest = -62_135_596_800_000_000
    private static let latest = 253_402_300_799_999_999

    /// A moment; one outside the years 0001 to 9999 becomes the nearest moment inside, so that it always has a text.
    package init(microseconds: Int) {
        self.microseconds = min(max(microseconds, Self.earliest), Self.latest)
    }

    /// The system's clock. For the wiring of a process: everything below it takes its time as a parameter.
    package static func system() -> AuditTime {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return AuditTime(microseconds: Int(now.tv_sec) * 1_000_000 + Int(now.tv_nsec) / 1000)
    }

    /// Earlier comes first.
    package static func < (a: AuditTime, b: AuditTime) -> Bool { a.microseconds < b.microseconds }

    /// This moment moved by `microseconds`, kept within the years 0001 to 9999.
    package func advanced(microseconds delta: Int) -> AuditTime {
        let (sum, isOverflowing) = microseconds.addingReportingOverflow(delta)
        return AuditTime(microseconds: isOverflowing ? (delta < 0 ? Self.earliest : Self.latest) : sum)
    }

    /// RFC 3339 with six decimals: `2026-11-23T21:14:02.123456Z`.
    package var description: String {
        var writer = CanonicalWriter(capacity: 32)
        append(to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Appends the 27 characters of `description`.
    func append(to writer: inout CanonicalWriter) {
        let days = microseconds.flooredQuotient(86_400_000_000)
        let ofDay = microseconds - days * 86_400_000_000
        let date = Self.civil(days: days)
        writer.digits(date.year, width: 4)
        writer.byte(UInt8(ascii: "-"))
        writer.digits(date.month, width: 2)
        writer.byte(UInt8(ascii: "-"))
        writer.digits(date.day, width: 2)
        writer.byte(UInt8(ascii: "T"))
        let second = ofDay / 1_000_000
        writer.digits(second / 3600, width: 2)
        writer.byte(UInt8(ascii: ":"))
        writer.digits(second / 60 % 60, width: 2)
        writer.byte(UInt8(ascii: ":"))
        writer.digits(second % 60, width: 2)
        writer.byte(UInt8(ascii: "."))
        writer.digits(ofDay % 1_000_000, width: 6)
        writer.byte(UInt8(ascii: "Z"))
    }

    // Days to a proleptic Gregorian date and back, in eras of 400 years that begin on the first of March
    // (H. Hinnant, "chrono-compatible low-level date algorithms").

    private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted.flooredQuotient(146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        return (yearOfEra + era * 400 + (month >= 10 ? 1 : 0), month < 10 ? month + 3 : month - 9, day)
    }

    private static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted.flooredQuotient(400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension AuditTime {
    /// The moment that RFC 3339 text names (`Z` or an offset, up to six decimals kept); nil for anything else.
    package init?(rfc3339 text: String) {
        var cursor = DigitCursor(text)
        guard let year = cursor.number(digits: 4), cursor.skip("-"), let month = cursor.number(digits: 2),
            cursor.skip("-"), let day = cursor.number(digits: 2),
            cursor.skip("T") || cursor.skip("t") || cursor.skip(" "),
            let hour = cursor.number(digits: 2), cursor.skip(":"), let minute = cursor.number(digits: 2),
            cursor.skip(":"), let second = cursor.number(digits: 2), let fraction = cursor.fraction(),
            let offsetSeconds = cursor.offset(), cursor.isAtEnd
        else { return nil }
        guard year >= 1, (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        let days = Self.days(year: year, month: month, day: day)
        guard Self.civil(days: days) == (year, month, day) else { return nil }
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offsetSeconds
        self.init(microseconds: seconds * 1_000_000 + fraction)
    }

    /// A moment for `--since` and `--until`: RFC 3339, a date alone (its first moment, UTC), or an age before `now`
    /// (`90s`, `15m`, `1h`, `7d`); nil for anything else.
    package init?(argument: String, now: AuditTime) {
        if let moment = AuditTime(rfc3339: argument) ?? AuditTime(rfc3339: argument + "T00:00:00Z") {
            self = moment
            return
        }
        guard let unit = argument.last, let count = Int(argument.dropLast()), (0...1_000_000).contains(count) else {
            return nil
        }
        let seconds: Int
        switch unit {
        case "s": seconds = count
        case "m": seconds = count * 60
        case "h": seconds = count * 3600
        case "d": seconds = count * 86_400
        default: return nil
        }
        self = now.advanced(microseconds: -seconds * 1_000_000)
    }
}

/// Reads fixed-width decimal fields from ASCII text.
private struct DigitCursor {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { position == bytes.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, UInt32(bytes[position]) == character.value else { return false }
        position += 1
        return true
    }

    mutating func number(digits: Int) -> Int? {
        guard position + digits <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[position..<position + digits] {
            guard (48...57).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        position += digits
        return value
    }

    /// Microseconds after an optional point; digits past the sixth are dropped.
    mutating func fraction() -> Int? {
        guard skip(".") else { return 0 }
        var value = 0
        var kept = 0
        var seen = 0
        while let digit = number(digits: 1) {
            seen += 1
            guard kept < 6 else { continue }
            value = value * 10 + digit
            kept += 1
        }
        guard seen > 0 else { return nil }
        while kept < 6 {
            value *= 10
            kept += 1
        }
        return value
    }

    /// Seconds east of UTC.
    mutating func offset() -> Int? {
        if skip("Z") || skip("z") { return 0 }
        let sign = skip("+") ? 1 : (skip("-") ? -1 : 0)
        guard sign != 0, let hours = number(digits: 2), skip(":"), let minutes = number(digits: 2), hours < 24,
            minutes < 60
        else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}

extension Int {
    /// The quotient rounded towards negative infinity; `divisor` is positive.
    fileprivate func flooredQuotient(_ divisor: Int) -> Int {
        self >= 0 ? self / divisor : (self - divisor + 1) / divisor
    }
}
