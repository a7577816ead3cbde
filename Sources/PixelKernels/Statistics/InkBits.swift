/// Which samples of an image are white (at least 128), one bit each, so that a row's neighbourhoods are looked at 32 samples
/// at a time.
///
/// A word holds 32 samples, the first in its lowest bit. Before and behind a row stands one word more, and both repeat the
/// row's border sample, as do the bits behind the last sample.
package struct InkBits: Sendable {
    /// Samples in a row.
    let width: Int
    /// Rows.
    let height: Int
    /// Words in a row without the two around it.
    let words: Int
    private var storage: [UInt32]

    /// No white samples yet.
    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        words = (width + 31) / 32
        storage = [UInt32](repeating: 0, count: (words + 2) * height)
    }

    /// Takes row `y` from its levels, of which there are `width`.
    mutating func pack(_ levels: Span<UInt8>, row y: Int) {
        let first = y * (words + 2)
        let bytes = unsafe levels.bytes
        for word in 0..<width / 32 {
            var bits: UInt32 = 0
            for part in 0..<4 {
                let eight = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: word * 32 + part * 8, as: UInt64.self)
                bits |= Self.topBits(UInt64(littleEndian: eight)) << UInt32(part * 8)
            }
            storage[first + 1 + word] = bits
        }
        let isWhiteLast = levels[width - 1] >= 128
        if !width.isMultiple(of: 32) {
            var bits: UInt32 = isWhiteLast ? ~0 << UInt32(width % 32) : 0
            for x in 0..<width % 32 where levels[width / 32 * 32 + x] >= 128 { bits |= 1 << UInt32(x) }
            storage[first + words] = bits
        }
        storage[first] = levels[0] >= 128 ? ~0 : 0
        storage[first + words + 1] = isWhiteLast ? ~0 : 0
    }

    /// Samples 32·word - 16 to 32·word + 47 of row `y`, the first in the lowest bit; beyond the image, its border is repeated
    /// for two rows and columns at least.
    @inline(__always)
    func window(row y: Int, word: Int) -> UInt64 {
        let first = min(max(y, 0), height - 1) * (words + 2) + word
        return UInt64(storage[first]) >> 16 | UInt64(storage[first + 1]) << 16 | UInt64(storage[first + 2]) << 48
    }

    /// Which of the 32 samples of a word are samples of the image.
    @inline(__always)
    func samples(of word: Int) -> UInt32 {
        word == words - 1 && !width.isMultiple(of: 32) ? ~(~0 << UInt32(width % 32)) : ~0
    }

    /// The samples of three windows of neighbouring rows whose 3×3 neighbourhood holds both white and black.
    @inline(__always)
    static func contour(_ above: UInt64, _ row: UInt64, _ below: UInt64) -> UInt32 {
        let all = above & row & below
        let any = above | row | below
        let isMixed = (any | any << 1 | any >> 1) & ~(all & all << 1 & all >> 1)
        return UInt32(truncatingIfNeeded: isMixed >> 16)
    }

    /// The top bits of eight bytes, the lowest byte's in the lowest bit.
    @inline(__always)
    private static func topBits(_ bytes: UInt64) -> UInt32 {
        // The factor moves the bit of byte i to bit 56 + i; no two products meet, so nothing is carried.
        UInt32(truncatingIfNeeded: ((bytes >> 7 & 0x0101_0101_0101_0101) &* 0x0102_0408_1020_4080) >> 56)
    }
}
