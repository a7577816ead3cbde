/// Otsu's and Sauvola's rules from their definitions; what tests compare the kernels with.
package enum BinarizationReference {
    /// The between-class variance of a histogram of 256 levels split after `threshold`, in squared levels; 0 where a
    /// class is empty.
    package static func betweenClassVariance(_ histogram: [UInt32], threshold: Int) -> Double {
        var counts = (0.0, 0.0)
        var sums = (0.0, 0.0)
        for (level, count) in histogram.enumerated() {
            if level <= threshold {
                counts.0 += Double(count)
                sums.0 += Double(level) * Double(count)
            } else {
                counts.1 += Double(count)
                sums.1 += Double(level) * Double(count)
            }
        }
        if counts.0 == 0 || counts.1 == 0 { return 0 }
        let total = counts.0 + counts.1
        let distance = sums.0 / counts.0 - sums.1 / counts.1
        return counts.0 / total * (counts.1 / total) * distance * distance
    }

    /// Sauvola's threshold of each pixel of `plane`; see `SauvolaKernel`. Costs window² samples a pixel.
    package static func sauvola(
        plane: Span<UInt8>, width: Int, height: Int, window: Int, k: Double
    ) -> [Double] {
        precondition(plane.count == width * height)
        let reach = window / 2
        let area = Double(window * window)
        var thresholds: [Double] = []
        for y in 0..<height {
            for x in 0..<width {
                var sum = 0.0
                var squares = 0.0
                for dy in -reach...reach {
                    for dx in -reach...reach {
                        let row = WholeSampleMirror.index(y + dy, count: height)
                        let column = WholeSampleMirror.index(x + dx, count: width)
                        let value = Double(plane[row * width + column])
                        sum += value
                        squares += value * value
                    }
                }
                let mean = sum / area
                let deviation = max(squares / area - mean * mean, 0).squareRoot()
                thresholds.append(mean * (1 + k * (deviation / SauvolaKernel.range - 1)))
            }
        }
        return thresholds
    }
}
