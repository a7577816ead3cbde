/// What EXIF data says about the image beside its orientation: its size, and where a thumbnail is (CIPA DC-008, 4.6.3,
/// 4.6.5 and 4.5.8).
struct EXIFDetails {
    /// PixelXDimension and PixelYDimension, both above 0.
    private(set) var size: PixelSize?
    /// Where the thumbnail's JPEG is, in the bytes that the structure was read from; it lies inside the structure.
    private(set) var thumbnail: Range<Int>?

    /// More entries than any camera writes; what is behind them is not looked at.
    private static let entryLimit = 512

    /// Looks at the TIFF structure in `range` of `bytes`. Reads at most three directories: the first, the one of EXIF tags
    /// that it points to, and the one of the thumbnail behind it; offsets are followed once, so that no loop is possible.
    init(in bytes: Span<UInt8>, _ range: Range<Int>) {
        guard range.lowerBound >= 0, range.upperBound <= bytes.count else { return }
        let tiff = bytes.extracting(range)
        guard let isLittle = tiff.isLittleTIFF, let first = tiff.tiff32(at: 4, isLittle: isLittle),
            let count = tiff.tiff16(at: first, isLittle: isLittle)
        else { return }
        if let exif = Self.number(of: 0x8769, tiff, first, isLittle),
            let width = Self.number(of: 0xA002, tiff, exif, isLittle),
            let height = Self.number(of: 0xA003, tiff, exif, isLittle), width > 0, height > 0
        {
            size = PixelSize(width: width, height: height)
        }
        guard let second = tiff.tiff32(at: first + 2 + 12 * count, isLittle: isLittle), second > 0,
            let offset = Self.number(of: 0x0201, tiff, second, isLittle),
            let length = Self.number(of: 0x0202, tiff, second, isLittle),
            offset > 0, length > 0, offset <= tiff.count, length <= tiff.count - offset
        else { return }
        thumbnail = range.lowerBound + offset..<range.lowerBound + offset + length
    }

    /// The value of the first entry of `tag` in the directory at `offset`, where it is one short or one long.
    private static func number(of tag: Int, _ tiff: Span<UInt8>, _ offset: Int, _ isLittle: Bool) -> Int? {
        guard let entries = tiff.tiff16(at: offset, isLittle: isLittle) else { return nil }
        for i in 0..<min(entries, entryLimit) {
            let entry = offset + 2 + 12 * i
            guard let found = tiff.tiff16(at: entry, isLittle: isLittle),
                let type = tiff.tiff16(at: entry + 2, isLittle: isLittle),
                let count = tiff.tiff32(at: entry + 4, isLittle: isLittle)
            else { return nil }
            guard found == tag else { continue }
            guard count == 1 else { return nil }
            switch type {
            case 3: return tiff.tiff16(at: entry + 8, isLittle: isLittle)
            case 4: return tiff.tiff32(at: entry + 8, isLittle: isLittle)
            default: return nil
            }
        }
        return nil
    }
}
