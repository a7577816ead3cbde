/// Reading numbers and words out of bytes; every read is bounds-checked and answers nil or false past the end.
extension Span<UInt8> {
    /// The big-endian 16 bits at `offset`.
    func big16(at offset: Int) -> Int? {
        guard offset >= 0, offset <= count - 2 else { return nil }
        return Int(self[offset]) << 8 | Int(self[offset + 1])
    }

    /// The big-endian 32 bits at `offset`.
    func big32(at offset: Int) -> Int? {
        guard let high = big16(at: offset), let low = big16(at: offset + 2) else { return nil }
        return high << 16 | low
    }

    /// True when `bytes` stand at `offset`.
    func holds(_ bytes: [UInt8], at offset: Int) -> Bool {
        guard offset >= 0, bytes.count <= count, offset <= count - bytes.count else { return false }
        for i in 0..<bytes.count where self[offset + i] != bytes[i] { return false }
        return true
    }

    /// True when the lower-case ASCII `text` stands at `offset` in any case.
    func holdsText(_ text: String, at offset: Int) -> Bool {
        let wanted = text.utf8
        guard offset >= 0, wanted.count <= count, offset <= count - wanted.count else { return false }
        var i = offset
        for byte in wanted {
            let isCapital = (0x41...0x5A).contains(self[i])
            guard (isCapital ? self[i] | 0x20 : self[i]) == byte else { return false }
            i += 1
        }
        return true
    }
}
