/// Prints doubles as ECMAScript's `Number::toString` does, which RFC 8785 prescribes.
///
/// The standard library finds the same digits (the shortest that name the double, the nearest of equals); only their
/// layout differs: ECMAScript writes `100`, `0.000001`, `1e-7`, `1e+21` where Swift writes `100.0`, `1e-06`, `1e-07`,
/// `1e+21`.
enum NumberText {
    /// Appends a finite `value`.
    static func append(_ value: Double, to bytes: inout [UInt8]) {
        if value == 0 {
            bytes.append(48)
            return
        }
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let (digits, point) = decimal(value.magnitude)
        layOut(digits, point: point, to: &bytes)
    }

    /// The significant digits without zeros at either end, and where the point stands: 0.d₁d₂… × 10^point.
    private static func decimal(_ value: Double) -> (digits: [UInt8], point: Int) {
        var digits: [UInt8] = []
        var point: Int?
        var exponent = 0
        var isInExponent = false
        var isExponentNegative = false
        for byte in value.description.utf8 {
            switch byte {
            case 48...57 where isInExponent: exponent = exponent * 10 + Int(byte - 48)
            case 48...57: digits.append(byte)
            case UInt8(ascii: "."): point = digits.count
            case UInt8(ascii: "e"): isInExponent = true
            case UInt8(ascii: "-"): isExponentNegative = true
            default: break
            }
        }
        var position = (point ?? digits.count) + (isExponentNegative ? -exponent : exponent)
        let leading = digits.prefix { $0 == 48 }.count
        digits.removeFirst(leading)
        position -= leading
        while digits.last == 48 { digits.removeLast() }
        return (digits, position)
    }

    private static func layOut(_ digits: [UInt8], point: Int, to bytes: inout [UInt8]) {
        let count = digits.count
        switch point {
        case count...21 where point >= count:
            bytes += digits
            bytes.append(contentsOf: repeatElement(48, count: point - count))
        case 1...21:
            bytes += digits[..<point]
            bytes.append(UInt8(ascii: "."))
            bytes += digits[point...]
        case -5...0:
            bytes.append(48)
            bytes.append(UInt8(ascii: "."))
            bytes.append(contentsOf: repeatElement(48, count: -point))
            bytes += digits
        default:
            bytes.append(digits[0])
            if count > 1 {
                bytes.append(UInt8(ascii: "."))
                bytes += digits[1...]
            }
            bytes.append(UInt8(ascii: "e"))
            bytes.append(UInt8(ascii: point > 0 ? "+" : "-"))
            bytes += Array(String(abs(point - 1)).utf8)
        }
    }
}
