internal import CPixelKernels

/// How the levels of an image are spread: whether it is ink on paper, and at which levels ink and paper are.
package struct InkTones: Hashable, Sendable {
    /// Levels below this are near black.
    package static let darkBelow: UInt8 = 64
    /// Levels from this on are near white.
    package static let lightFrom: UInt8 = 192

    /// Samples counted.
    package let count: Int
    /// The share of samples near black or near white.
    package let extremeShare: Double
    /// True when every sample is 0 or 255.
    package let isBitonal: Bool
    /// True when ink, the class of fewer pixels, is the lighter one: levels from 128 on.
    package let isInkLight: Bool
    /// The share of samples that are ink; at most a half.
    package let inkShare: Double

    /// The levels of `luma`, one sample a pixel; costs five operations a sample.
    package init(_ luma: Span<UInt8>) {
        var counts = [UInt64](repeating: 0, count: 4)
        unsafe luma.withUnsafeBufferPointer { luma in
            guard let from = luma.baseAddress else { return }
            unsafe pk_count_levels(from, luma.count, Self.darkBelow, Self.lightFrom, &counts)
        }
        count = luma.count
        let total = Double(max(1, luma.count))
        extremeShare = Double(counts[0] + counts[1]) / total
        isBitonal = counts[3] == luma.count
        isInkLight = 2 * counts[2] > luma.count
        inkShare = min(Double(counts[2]), total - Double(counts[2])) / total
    }

    /// The level of ink at its strongest (where a tenth of the ink is stronger) and that of paper (its median), darker one
    /// first; 0 and 255 for a class that is not there.
    package func classLevels(_ luma: Span<UInt8>) -> (dark: Int, light: Int) {
        var counts = [UInt64](repeating: 0, count: 256)
        unsafe luma.withUnsafeBufferPointer { luma in
            guard let from = luma.baseAddress else { return }
            unsafe pk_count_histogram(from, luma.count, &counts)
        }
        let dark = Self.level(counts[0..<128], parts: isInkLight ? 2 : 10) ?? 0
        let light = Self.level(counts[128..<256].reversed(), parts: isInkLight ? 10 : 2).map { 255 - $0 } ?? 255
        return (dark, light)
    }

    /// The position at which the first of `parts` equal parts of the counts ends; nil when there are none.
    private static func level(_ counts: some Sequence<UInt64>, parts: UInt64) -> Int? {
        let total = counts.reduce(0, +)
        guard total > 0 else { return nil }
        var sum: UInt64 = 0
        for (position, count) in counts.enumerated() {
            sum += count
            if sum * parts >= total { return position }
        }
        return nil
    }
}
