/// What the quantization tables of a JPEG say about how it was made.
package struct QuantizationFacts: Hashable, Sendable {
    /// The steps of the first component's table in natural order: 64, row-major by vertical frequency.
    package let luma: [UInt16]
    /// The quality of 1...100 whose standard tables these are, luma and chroma; nil for tables of a maker's own.
    package let quality: Int?
    /// The quality whose standard luma table sums up nearest: an estimate for any table.
    package let nearestQuality: Int
    /// A short name of the luma table that is equal for equal tables: 16 hex digits.
    package let lumaID: String
    /// The same of the second component's table; nil for a grey image.
    package let chromaID: String?
    /// `4:4:4`, `4:2:2`, `4:2:0`, `4:4:0`, `4:1:1`, the sampling factors where they are none of these (`2x2,2x1,1x1`);
    /// nil for a grey image.
    package let subsampling: String?

    /// Facts from the tables in natural order and the sampling factors of all components.
    package init(luma: [UInt16], chroma: [UInt16]?, factors: [(horizontal: Int, vertical: Int)]) {
        self.luma = luma
        let sum = luma.reduce(0) { $0 + Int($1) }
        nearestQuality = StandardQuantization.nearestQuality(lumaSum: sum)
        // Sums differ from quality to quality, so that no other one can match.
        let nearest = nearestQuality
        let isLuma = luma == StandardQuantization.luma(quality: nearest)
        let isChroma = chroma.map { $0 == StandardQuantization.chroma(quality: nearest) } ?? true
        quality = isLuma && isChroma ? nearest : nil
        lumaID = Self.name(of: luma)
        chromaID = chroma.map(Self.name)
        subsampling = Self.subsampling(factors)
    }

    /// FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo) of 64 bits over the steps, high byte first. A name, not a digest: whoever
    /// wants two tables of one name can make them.
    private static func name(of table: [UInt16]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for step in table {
            for byte in [step >> 8, step & 0xFF] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func subsampling(_ factors: [(horizontal: Int, vertical: Int)]) -> String? {
        guard factors.count > 1 else { return nil }
        let first = factors[0]
        let chroma = factors[1]
        let isPlain = factors.count == 3 && factors[2] == chroma && chroma == (1, 1)
        switch (isPlain, first.horizontal, first.vertical) {
        case (true, 1, 1): return "4:4:4"
        case (true, 2, 1): return "4:2:2"
        case (true, 2, 2): return "4:2:0"
        case (true, 1, 2): return "4:4:0"
        case (true, 4, 1): return "4:1:1"
        default: return factors.map { "\($0.horizontal)x\($0.vertical)" }.joined(separator: ",")
        }
    }
}
