/// Base64 as RFC 4648, section 4, has it: strict where an image is taken out, lenient where one might be hidden.
enum Base64 {
    /// The six bits of each byte; 255 for one outside the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, byte) in alphabet.enumerated() { values[Int(byte)] = UInt8(value) }
        return values
    }()
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")

    /// The bytes that `text` stands for; nil where it is not padded to fours, holds anything else, or its last bits are not 0.
    static func decode(_ text: some RandomAccessCollection<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0, !text.isEmpty else { return text.isEmpty ? [] : nil }
        let pads = text.suffix(2).reversed().prefix { $0 == padding }.count
        let digits = text.dropLast(pads)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 4 * 3 + 2)
        var (word, count) = (UInt32(0), 0)
        for digit in digits {
            let value = values[Int(digit)]
            guard value < 64 else { return nil }
            word = word << 6 | UInt32(value)
            count += 1
            guard count == 4 else { continue }
            bytes.append(UInt8(truncatingIfNeeded: word >> 16))
            bytes.append(UInt8(truncatingIfNeeded: word >> 8))
            bytes.append(UInt8(truncatingIfNeeded: word))
            (word, count) = (0, 0)
        }
        switch (count, pads) {
        case (0, 0): break
        case (2, 2) where word & 15 == 0: bytes.append(UInt8(truncatingIfNeeded: word >> 4))
        case (3, 1) where word & 3 == 0:
            bytes.append(UInt8(truncatingIfNeeded: word >> 10))
            bytes.append(UInt8(truncatingIfNeeded: word >> 2))
        default: return nil
        }
        return bytes
    }

    /// `bytes` as padded base64.
    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let left = bytes.count - index
            var word = UInt32(bytes[index]) << 16
            if left > 1 { word |= UInt32(bytes[index + 1]) << 8 }
            if left > 2 { word |= UInt32(bytes[index + 2]) }
            for digit in 0..<4 {
                let value = alphabet[Int(word >> UInt32(18 - 6 * digit) & 63)]
                text.append(digit <= left ? value : padding)
            }
            index += 3
        }
        return text
    }

    /// The first bytes of `text` as a decoder that passes over what it does not know would have them, in either alphabet.
    static func lenientPrefix(_ text: some Collection<UInt8>, bytes limit: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var (word, bits) = (UInt32(0), UInt32(0))
        for byte in text {
            let value = byte == UInt8(ascii: "-") ? 62 : byte == UInt8(ascii: "_") ? 63 : values[Int(byte)]
            guard value < 64 else { continue }
            word = (word << 6 | UInt32(value)) & 0xFFFF
            bits += 6
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: word >> bits))
            if bytes.count == limit { break }
        }
        return bytes
    }

    /// True for a byte of either alphabet.
    static func isDigit(_ byte: UInt8) -> Bool {
        values[Int(byte)] < 64 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }
}
