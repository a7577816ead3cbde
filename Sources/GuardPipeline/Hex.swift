/// Lower-case hexadecimal, two digits a byte.
package enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Two digits a byte.
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes; nil when something else than pairs of digits and trailing white space is there.
    package static func decode(_ text: String) -> [UInt8]? {
        var nibbles: [UInt8] = []
        var hasEnded = false
        for scalar in text.utf8 {
            if scalar == 10 || scalar == 13 || scalar == 32 {
                hasEnded = true
                continue
            }
            guard !hasEnded, let value = nibble(scalar) else { return nil }
            nibbles.append(value)
        }
        guard nibbles.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: nibbles.count, by: 2).map { nibbles[$0] << 4 | nibbles[$0 + 1] }
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 65...70: digit - 55
        case 97...102: digit - 87
        default: nil
        }
    }
}
