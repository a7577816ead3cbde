/// The orientation tag in EXIF data (CIPA DC-008, 4.6.4: tag 0x0112 of the zeroth directory).
struct EXIFOrientation {
    /// 1...8, where the tag is one short, as the standard has it, or one long; nil when there is none.
    private(set) var value: Int?
    /// True where viewers may see another orientation: a damaged header of the TIFF structure, a tag of another type or
    /// count (signed, float and fraction are obeyed by some), a second tag.
    private(set) var isDoubtful = false

    /// Looks at the TIFF structure from `start` to `end`, which lie inside `bytes`.
    init(in bytes: Span<UInt8>, from start: Int, to end: Int) {
        guard start >= 0, start < end, end <= bytes.count else { return }
        let tiff = bytes.extracting(start..<end)
        if tiff.holds([0x49, 0x49, 0x2A, 0x00], at: 0) {
            readDirectory(tiff, isLittle: true)
        } else if tiff.holds([0x4D, 0x4D, 0x00, 0x2A], at: 0) {
            readDirectory(tiff, isLittle: false)
        } else {
            isDoubtful = true
        }
    }

    /// Takes note of another part with EXIF data: some viewers obey the first, some the last, and some join them.
    mutating func addPart() { isDoubtful = true }

    private mutating func readDirectory(_ tiff: Span<UInt8>, isLittle: Bool) {
        guard let directory = Self.read32(tiff, 4, isLittle), let entries = Self.read16(tiff, directory, isLittle)
        else { return }
        var tags = 0
        // At most 65,535 entries of twelve bytes; the reads stop at the end of the data.
        for i in 0..<entries {
            let entry = directory + 2 + 12 * i
            guard let tag = Self.read16(tiff, entry, isLittle), let type = Self.read16(tiff, entry + 2, isLittle),
                let count = Self.read32(tiff, entry + 4, isLittle), let long = Self.read32(tiff, entry + 8, isLittle),
                let short = Self.read16(tiff, entry + 8, isLittle)
            else { break }
            guard tag == 0x0112 else { continue }
            tags += 1
            let isPlain = count == 1 && (type == 3 || type == 4)
            if tags > 1 || !isPlain { isDoubtful = true }
            let number = type == 4 ? long : short
            if isPlain, value == nil, (1...8).contains(number) { value = number }
        }
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
