internal import CPixelKernels
package import PixelCore

/// The bilateral filter with OpenCV's rules for 8-bit images (`bilateralFilter`).
///
/// Each pixel becomes the mean of those at most d / 2 (whole part) away, weighted by
/// e^-(d²/(2 colourSigma²)) e^-(r²/(2 spaceSigma²)): d is the difference of level, summed over the channels of RGB, r the
/// distance. The border is mirrored without repeating the edge; the mean is rounded. Where we differ: weights are integers
/// instead of floats, which shows on about one sample in ten thousand; and OpenCV 5.0.0 cuts the fraction off in most
/// columns of grey images for d of 3 to 5, where we always round. Equal on every platform.
package struct BilateralKernel: Sendable {
    private let reach: Int
    private let pairs: [OffsetPair]
    private let top: Int

    /// A filter of this diameter in pixels, 3...31, with deviations in levels (1...255) and pixels (0.5...255).
    package init(diameter: Int, colourSigma: Double, spaceSigma: Double) {
        precondition((3...31).contains(diameter) && (1...255).contains(colourSigma) && (0.5...255).contains(spaceSigma))
        let reach = diameter / 2
        func squaredDistance(_ offset: pk_offset) -> Int { offset.dx * offset.dx + offset.dy * offset.dy }
        func isNear(_ offset: pk_offset) -> Bool { squaredDistance(offset) <= reach * reach }
        let pixels = 4 * PlaneMeans.pairs(reach: reach, isIncluded: isNear) { _ in [] }.count + 1
        // With rounding the sum of weighted samples stays below 2^32.
        let top = Int(UInt32.max) / (256 * pixels)
        let curve = WeightTable.colours(sigma: colourSigma)
        var tables: [Int: [UInt32]] = [:]
        pairs = PlaneMeans.pairs(reach: reach, isIncluded: isNear) { pair in
            pair.map { offset in
                let distance = squaredDistance(offset)
                if let table = tables[distance] { return table }
                let table = WeightTable.scaled(curve, by: top, squaredDistance: distance, spaceSigma: spaceSigma)
                tables[distance] = table
                return table
            }
        }
        self.reach = reach
        self.top = top
    }

    /// Writes the means of `source` into `output`, both of `shape`; false when cancelled, with `output` unfinished.
    ///
    /// Costs about 3 diameter² operations a sample.
    package func smooth(
        _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, shape: PixelShape, cancellation: CancellationFlag
    ) -> Bool {
        let step = PlaneMeans(
            planes: 0..<shape.channels, rule: nil, patch: 1, reach: reach, pairs: pairs, ownWeight: UInt32(top))
        let filter = OffsetMeans(form: shape.channels == 1 ? .grey : .colour, steps: [step])
        return filter.apply(source, into: &output, shape: shape, cancellation: cancellation)
    }
}
