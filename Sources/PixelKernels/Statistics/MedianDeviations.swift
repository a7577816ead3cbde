internal import CPixelKernels
package import PixelCore

/// How the pixels of a colour image deviate from the median of their 3×3 neighbourhood, channel by channel.
///
/// Pixels at the border of what is read are left out; an image over 2,000,000 pixels is read in bands as `SampledRows` says.
package struct MedianDeviations: Hashable, Sendable {
    /// Pixels that were looked at.
    package let pixels: Int
    /// Of the pixels whose channels all deviate by about the same (2 levels apart at most) and by at least 2 levels, those
    /// whose channels deviate to different sides.
    package let opposed: Int
    /// Those whose channels deviate to one side.
    package let aligned: Int
    /// Pixels whose channels all deviate by the same magnitude and to different sides, by that magnitude, 0...62; the last
    /// member, 63, holds the larger ones too.
    package let opposedEqual: [Int]
    /// The mean of the three correlations between the channels' deviations, each held to ±16 levels: -0.5...1; 1 where
    /// nothing deviates.
    package let correlation: Double
    /// Fourth moment over the square of the second, less 3, of the same deviations of all channels; 0 where none deviates.
    package let excessKurtosis: Double

    /// The deviations of a colour image; nil for a grey one and below 12 pixels on a side. Costs a 3×3 median and some ten
    /// operations a sample.
    ///
    /// An image of more than `limit` pixels is read in bands that hold about as many.
    package init?(of image: Image, wholeUpTo limit: Int = SampledRows.largestPixelCount) {
        let shape = image.shape
        guard shape.channels == 3, min(shape.width, shape.height) >= ResidualFeatures.smallestSide else { return nil }
        let rows = SampledRows(of: shape, wholeUpTo: limit)
        var tally = DeviationTally(width: rows.width)
        image.withSamples { samples in
            for start in rows.bandStarts {
                for y in start..<start + rows.bandHeight {
                    let first = y * shape.rowSamples + rows.firstColumn * 3
                    tally.add(samples.extracting(first..<first + rows.width * 3), position: y - start)
                }
            }
        }
        self.init(codes: tally.codeCounts, sums: tally.sums)
    }

    /// What codes and sums of `DeviationTally` mean.
    init(codes: [Int], sums: [Int64]) {
        pixels = codes.reduce(0, +)
        func count(_ isIncluded: (_ code: Int) -> Bool) -> Int {
            codes.indices.reduce(0) { $0 + (isIncluded($1) ? codes[$1] : 0) }
        }
        opposed = count { $0 & 63 >= 2 && $0 & 64 != 0 }
        aligned = count { $0 & 63 >= 2 && $0 & 64 == 0 }
        opposedEqual = (0..<64).map { $0 == 0 ? 0 : codes[$0 | 64 | 128] }
        let total = sums.map(Double.init)
        let pairs = [(0, 3, 4), (1, 4, 5), (2, 3, 5)]
        correlation =
            pairs.map { product, a, b in
                let scale = (total[a] * total[b]).squareRoot()
                return scale > 0 ? total[product] / scale : 1
            }.reduce(0, +) / 3
        let squares = total[3] + total[4] + total[5]
        let samples = Double(3 * pixels)
        excessKurtosis = squares > 0 ? samples * total[6] / (squares * squares) - 3 : 0
    }
}

/// Counts deviations row by row; three rows are kept.
private struct DeviationTally {
    private(set) var sums = [Int64](repeating: 0, count: 7)
    private let width: Int
    private let stride: Int
    private var counts = [UInt32](repeating: 0, count: 4 * 256)
    private var rows: [UInt8]
    private var median: [UInt8]
    private var levels: [UInt8]
    private var medians: [UInt8]
    private var codes: [UInt8]

    init(width: Int) {
        self.width = width
        stride = width * 3 + Int(PK_MEDIAN_SLACK)
        rows = [UInt8](repeating: 0, count: 3 * stride)
        median = [UInt8](repeating: 0, count: (width - 2) * 3)
        levels = median
        medians = median
        codes = [UInt8](repeating: 0, count: width - 2)
    }

    /// How often each code of `pk_deviation_codes_row` occurred.
    var codeCounts: [Int] {
        (0..<256).map { code in (0..<4).reduce(0) { $0 + Int(counts[$1 * 256 + code]) } }
    }

    /// Takes row `position` of a band; from the third on, what lies in the middle of three rows is counted.
    mutating func add(_ row: Span<UInt8>, position: Int) {
        let (width, stride) = (width, stride)
        unsafe row.withUnsafeBufferPointer { row in
            unsafe rows.withUnsafeMutableBufferPointer { rows in
                guard let from = row.baseAddress, let to = rows.baseAddress else { return }
                unsafe (to + position % 3 * stride).update(from: from, count: width * 3)
                guard position >= 2 else { return }
                let inner = width - 2
                unsafe pk_median3_row(to, stride, &median, inner * 3, 3, 0)
                unsafe Self.split(median, into: &medians, inner)
                unsafe Self.split(to + (position - 1) % 3 * stride + 3, into: &levels, inner)
                unsafe pk_deviation_codes_row(levels, medians, inner, &codes, inner)
                unsafe pk_histogram(codes, inner, &counts)
                unsafe pk_deviation_moments_row(levels, medians, inner, &sums, inner)
            }
        }
    }

    /// Three planes of `count` pixels.
    private static func split(_ row: UnsafePointer<UInt8>, into planes: inout [UInt8], _ count: Int) {
        unsafe planes.withUnsafeMutableBufferPointer { planes in
            guard let red = planes.baseAddress else { return }
            unsafe pk_split_rgb_row(row, red, red + count, red + 2 * count, count)
        }
    }
}
