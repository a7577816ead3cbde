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
        if let isLittle = tiff.isLittleTIFF {
            readDirectory(tiff, isLittle: isLittle)
        } else {
            isDoubtful = true
        }
    }

    /// Takes note of another part with EXIF data: some viewers obey the first, some the last, and some join them.
    mutating func addPart() { isDoubtful = true }

    private mutating func readDirectory(_ tiff: Span<UInt8>, isLittle: Bool) {
        guard let directory = tiff.tiff32(at: 4, isLittle: isLittle),
            let entries = tiff.tiff16(at: directory, isLittle: isLittle)
        else { return }
        var tags = 0
        // At most 65,535 entries of twelve bytes; the reads stop at the end of the data.
        for i in 0..<entries {
            let entry = directory + 2 + 12 * i
            guard let tag = tiff.tiff16(at: entry, isLittle: isLittle),
                let type = tiff.tiff16(at: entry + 2, isLittle: isLittle),
                let count = tiff.tiff32(at: entry + 4, isLittle: isLittle),
                let long = tiff.tiff32(at: entry + 8, isLittle: isLittle),
                let short = tiff.tiff16(at: entry + 8, isLittle: isLittle)
            else { break }
            guard tag == 0x0112 else { continue }
            tags += 1
            let isPlain = count == 1 && (type == 3 || type == 4)
            if tags > 1 || !isPlain { isDoubtful = true }
            let number = type == 4 ? long : short
            if isPlain, value == nil, (1...8).contains(number) { value = number }
        }
    }
}
