/// Finds the orientation tag in EXIF data (CIPA DC-008, 4.6.4: tag 0x0112 of the zeroth directory).
enum EXIFOrientation {
    /// The orientation, 1...8, that the TIFF structure from `start` to `end` gives; nil when there is none or it is broken.
    static func find(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
        guard start >= 0, start <= end, end <= bytes.count else { return nil }
        let tiff = bytes.extracting(start..<end)
        let isLittle: Bool
        if tiff.holds([0x49, 0x49, 0x2A, 0x00], at: 0) {
            isLittle = true
        } else if tiff.holds([0x4D, 0x4D, 0x00, 0x2A], at: 0) {
            isLittle = false
        } else {
            return nil
        }
        guard let high = read16(tiff, isLittle ? 6 : 4, isLittle), let low = read16(tiff, isLittle ? 4 : 6, isLittle)
        else { return nil }
        let directory = high << 16 | low
        guard let entries = read16(tiff, directory, isLittle) else { return nil }
        // At most 65,535 entries of twelve bytes; the reads stop at the end of the data.
        for i in 0..<entries {
            let entry = directory + 2 + 12 * i
            guard let tag = read16(tiff, entry, isLittle), let type = read16(tiff, entry + 2, isLittle),
                let value = read16(tiff, entry + 8, isLittle)
            else { return nil }
            guard tag == 0x0112, type == 3 || type == 4 else { continue }
            // A long is not what the standard asks for, but viewers obey it.
            let wide = type == 4 ? read32(tiff, entry + 8, isLittle) : value
            return wide.flatMap { (1...8).contains($0) ? $0 : nil }
        }
        return nil
    }

    private static func read32(_ tiff: Span<UInt8>, _ offset: Int, _ isLittle: Bool) -> Int? {
        guard let first = read16(tiff, offset, isLittle), let second = read16(tiff, offset + 2, isLittle) else {
            return nil
        }
        return isLittle ? second << 16 | first : first << 16 | second
    }

    private static func read16(_ tiff: Span<UInt8>, _ offset: Int, _ isLittle: Bool) -> Int? {
        guard let value = tiff.big16(at: offset) else { return nil }
        return isLittle ? (value & 0xFF) << 8 | value >> 8 : value
    }
}
