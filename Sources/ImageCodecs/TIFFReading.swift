/// Numbers of a TIFF structure (TIFF 6.0, section 2), in which EXIF data is; every read is bounds-checked.
extension Span<UInt8> {
    /// True for a structure in little-endian order, false for big-endian, nil where the header says neither.
    var isLittleTIFF: Bool? {
        if holds([0x49, 0x49, 0x2A, 0x00], at: 0) { return true }
        return holds([0x4D, 0x4D, 0x00, 0x2A], at: 0) ? false : nil
    }

    /// The 16 bits at `offset`.
    func tiff16(at offset: Int, isLittle: Bool) -> Int? {
        guard let value = big16(at: offset) else { return nil }
        return isLittle ? (value & 0xFF) << 8 | value >> 8 : value
    }

    /// The 32 bits at `offset`.
    func tiff32(at offset: Int, isLittle: Bool) -> Int? {
        guard let first = tiff16(at: offset, isLittle: isLittle),
            let second = tiff16(at: offset + 2, isLittle: isLittle)
        else { return nil }
        return isLittle ? second << 16 | first : first << 16 | second
    }
}
