package import PixelCore

/// `MedianDeviations` by their definition, pixel by pixel.
package enum MedianDeviationsReference {
    /// The deviations of a colour image of at least 12 pixels a side; nil for others.
    package static func deviations(
        of image: Image, wholeUpTo limit: Int = SampledRows.largestPixelCount
    ) -> MedianDeviations? {
        let shape = image.shape
        guard shape.channels == 3, min(shape.width, shape.height) >= ResidualFeatures.smallestSide else { return nil }
        let rows = SampledRows(of: shape, wholeUpTo: limit)
        var codes = [Int](repeating: 0, count: 256)
        var sums = [Int64](repeating: 0, count: 7)
        image.withSamples { samples in
            for start in rows.bandStarts {
                for y in start + 1..<start + rows.bandHeight - 1 {
                    for x in rows.firstColumn + 1..<rows.firstColumn + rows.width - 1 {
                        let d = (0..<3).map { deviation(samples, shape, x, y, $0) }
                        codes[code(d)] += 1
                        let h = d.map { Int64(max(-16, min(16, $0))) }
                        for (k, (i, j)) in [(0, 1), (1, 2), (0, 2), (0, 0), (1, 1), (2, 2)].enumerated() {
                            sums[k] += h[i] * h[j]
                        }
                        for v in h { sums[6] += v * v * v * v }
                    }
                }
            }
        }
        return MedianDeviations(codes: codes, sums: sums)
    }

    private static func deviation(_ samples: Span<UInt8>, _ shape: PixelShape, _ x: Int, _ y: Int, _ c: Int) -> Int {
        var around: [UInt8] = []
        for j in -1...1 { for i in -1...1 { around.append(samples[((y + j) * shape.width + x + i) * 3 + c]) } }
        return Int(around[4]) - Int(around.sorted()[4])
    }

    private static func code(_ d: [Int]) -> Int {
        let magnitudes = d.map(abs).sorted()
        guard magnitudes[2] - magnitudes[0] <= 2 else { return 0 }
        let up = d.filter { $0 > 0 }.count
        return min(magnitudes[0], 63) + (up == 1 || up == 2 ? 64 : 0) + (magnitudes[0] == magnitudes[2] ? 128 : 0)
    }
}
