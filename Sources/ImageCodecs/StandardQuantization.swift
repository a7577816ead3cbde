/// The quantization tables of ITU-T T.81, annex K, as the Independent JPEG Group scales them by a quality.
///
/// Tables are in natural order: row-major, entry 8 v + u for vertical frequency v and horizontal frequency u.
package enum StandardQuantization {
    /// The qualities that there are.
    package static let qualities = 1...100

    /// The luma table of `quality`, 64 steps of 1...255. A quality outside `qualities` counts as the nearest one.
    package static func luma(quality: Int) -> [UInt16] { scaled(baseLuma, quality) }

    /// The chroma table of `quality`, as `luma`.
    package static func chroma(quality: Int) -> [UInt16] { scaled(baseChroma, quality) }

    /// The quality whose luma table sums up nearest to `sum`, the lower one of two: an estimate for any table.
    package static func nearestQuality(lumaSum sum: Int) -> Int {
        var best = qualities.lowerBound
        for quality in qualities where abs(lumaSums[quality - 1] - sum) < abs(lumaSums[best - 1] - sum) {
            best = quality
        }
        return best
    }

    private static let lumaSums = qualities.map { luma(quality: $0).reduce(0) { $0 + Int($1) } }

    /// 5000 / quality per cent of the base below quality 50, 200 - 2 quality from there on, rounded, kept in 1...255.
    private static func scaled(_ base: [Int], _ quality: Int) -> [UInt16] {
        let quality = min(max(quality, qualities.lowerBound), qualities.upperBound)
        let percent = quality < 50 ? 5000 / quality : 200 - 2 * quality
        return base.map { UInt16(min(255, max(1, ($0 * percent + 50) / 100))) }
    }

    /// Table K.1.
    private static let baseLuma = [
        16, 11, 10, 16, 24, 40, 51, 61,
        12, 12, 14, 19, 26, 58, 60, 55,
        14, 13, 16, 24, 40, 57, 69, 56,
        14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77,
        24, 35, 55, 64, 81, 104, 113, 92,
        49, 64, 78, 87, 103, 121, 120, 101,
        72, 92, 95, 98, 112, 100, 103, 99,
    ]

    /// Table K.2.
    private static let baseChroma = [
        17, 18, 24, 47, 99, 99, 99, 99,
        18, 21, 26, 66, 99, 99, 99, 99,
        24, 26, 56, 99, 99, 99, 99, 99,
        47, 66, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99,
    ]
}
