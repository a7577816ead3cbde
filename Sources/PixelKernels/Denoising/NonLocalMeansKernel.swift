internal import CPixelKernels
package import PixelCore

/// Non-local means with OpenCV's parametrization: `fastNlMeansDenoising` for grey, `fastNlMeansDenoisingColored` for RGB.
///
/// Each pixel becomes the mean of the search × search pixels around it, weighted by how like its own patch × patch samples
/// are theirs: e^-(squared distance / (patch² h² planes)). RGB is filtered as L\*a\*b\* (L alone, a and b together, the same
/// h); as in EvadeML the first channel is taken where OpenCV expects blue. The border is mirrored without repeating the
/// edge. Results are OpenCV 5.0.0's to the bit while the distances that count fit 16 bits: patch h at most 96 for grey and
/// 68 for RGB, so h of 32 and 22 for patches of 3. Beyond that a plane may differ by one level on about one pixel in a
/// thousand. Integers throughout: equal on every platform.
package struct NonLocalMeansKernel: Sendable {
    private let first: PlaneMeans
    private let chroma: PlaneMeans

    /// A filter of strength h (levels, 0.1...100), with patches and a search window of these sides, odd, 1...9 and 3...31.
    package init(strength: Double, patch: Int, search: Int) {
        precondition((0.1...100).contains(strength) && (1...9).contains(patch) && (3...31).contains(search))
        precondition(patch % 2 == 1 && search % 2 == 1)
        func means(_ planes: Range<Int>) -> PlaneMeans {
            let (rule, weights) = WeightTable.patches(
                strength: strength, patch: patch, search: search, planes: planes.count)
            return PlaneMeans(
                planes: planes, rule: rule, patch: patch, reach: search / 2,
                pairs: PlaneMeans.pairs(reach: search / 2) { _ in [weights] }, ownWeight: weights[0])
        }
        first = means(0..<1)
        chroma = means(1..<3)
    }

    /// Writes the means of `source` into `output`, both of `shape`; false when cancelled, with `output` unfinished.
    ///
    /// Costs about 4 search² operations a plane and pixel.
    package func smooth(
        _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, shape: PixelShape, cancellation: CancellationFlag
    ) -> Bool {
        let filter =
            shape.channels == 1
            ? OffsetMeans(form: .grey, steps: [first]) : OffsetMeans(form: .lab, steps: [first, chroma])
        return filter.apply(source, into: &output, shape: shape, cancellation: cancellation)
    }
}
