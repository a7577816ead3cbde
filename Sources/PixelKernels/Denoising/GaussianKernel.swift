internal import CPixelKernels
package import PixelCore

/// Gaussian blur, separable: down the columns, then along the rows; channels apart.
///
/// Whole-number arithmetic with 16-bit weights and 7 bits below the level between the passes. The result is the nearest
/// level of the exact sum but for sums within a twentieth of a level of half way (up to σ 1), and never off by more than
/// one. So it is within one level of scipy on floats, rounded, and of OpenCV.
package enum GaussianKernel {
    /// What lies beyond the edge.
    package enum Border: String, Sendable, CaseIterable {
        /// `d c b a | a b c d`: scipy's reflect.
        case reflect
        /// `d c b | a b c d`, the edge itself once: OpenCV's reflect 101.
        case mirror
    }

    /// Writes the blurred `source` into `output`, both of `shape`; false when cancelled, with `output` unfinished.
    ///
    /// Costs 2 (radius + 1) multiplications a sample.
    package static func blur(
        _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, shape: PixelShape, weights: BlurWeights,
        border: Border, cancellation: CancellationFlag
    ) -> Bool {
        precondition(source.count == shape.sampleCount && output.count == shape.sampleCount)
        var row = BlurRow(shape: shape, weights: weights, border: border)
        for y in 0..<shape.height {
            if cancellation.isRaised { return false }
            let start = y * shape.rowSamples
            var target = output._mutatingExtracting(start..<start + shape.rowSamples)
            row.sumDown(source, row: y)
            row.sumAcross(into: &target)
        }
        return true
    }
}

/// The working memory of one row and the two passes over it.
private struct BlurRow {
    private let shape: PixelShape
    private let weights: BlurWeights
    private let border: GaussianKernel.Border
    /// What half of the products lose by truncation, on average one half each.
    private let bias: UInt16
    /// Samples on either side of `sums`.
    private let margin: Int
    /// Where each sample of the margins comes from, the left ones first.
    private let sources: [Int]
    /// The sums of the columns, with margins.
    private var sums: [UInt16]
    /// The sums of both, where they take more than one pass.
    private var across: [UInt16]

    init(shape: PixelShape, weights: BlurWeights, border: GaussianKernel.Border) {
        self.shape = shape
        self.weights = weights
        self.border = border
        bias = UInt16((weights.weights.count { $0 > 0 }) / 2)
        // The first pass along a row always reads two pixels to either side.
        let reach = max(2, weights.radius)
        margin = reach * shape.channels
        let columns = Array(-reach..<0) + Array(shape.width..<shape.width + reach)
        let margin = margin
        sources = columns.flatMap { column in
            let inside = border.fold(column, count: shape.width)
            return (0..<shape.channels).map { margin + inside * shape.channels + $0 }
        }
        sums = [UInt16](repeating: 0, count: shape.rowSamples + 2 * margin)
        across = [UInt16](repeating: 0, count: weights.radius > 2 ? shape.rowSamples : 0)
    }

    /// The weighted sums of the rows around `y`.
    mutating func sumDown(_ source: Span<UInt8>, row y: Int) {
        let (length, height, margin, radius) = (shape.rowSamples, shape.height, margin, weights.radius)
        let (border, bias, block) = (border, bias, Int(PK_BLUR_BLOCK))
        unsafe source.withUnsafeBufferPointer { source in
            unsafe weights.table.withUnsafeBufferPointer { table in
                unsafe sums.withUnsafeMutableBufferPointer { sums in
                    guard let source = source.baseAddress, let table = table.baseAddress, let sums = sums.baseAddress
                    else { return }
                    // Beyond the radius weights are 0: any row will do.
                    func row(_ offset: Int) -> UnsafePointer<UInt8> {
                        let inside = abs(offset) > radius ? y : border.fold(y + offset, count: height)
                        return unsafe source + inside * length
                    }
                    let out = unsafe sums + margin
                    unsafe pk_blur_down(
                        row(0), row(-1), row(1), row(-2), row(2), table, 128, bias, out, length)
                    for k in stride(from: 3, through: radius, by: 2) {
                        unsafe pk_blur_down_more(
                            row(-k), row(k), row(-k - 1), row(k + 1), table + k * block, 128, out, length)
                    }
                }
            }
        }
        for i in 0..<margin { sums[i] = sums[sources[i]] }
        for i in margin..<2 * margin { sums[length + i] = sums[sources[i]] }
    }

    /// The weighted sums along the row, as levels.
    mutating func sumAcross(into output: inout MutableSpan<UInt8>) {
        let (length, channels, margin, radius) = (shape.rowSamples, shape.channels, margin, weights.radius)
        let (bias, block) = (bias, Int(PK_BLUR_BLOCK))
        precondition(output.count == length)
        unsafe output.withUnsafeMutableBufferPointer { output in
            unsafe weights.table.withUnsafeBufferPointer { table in
                unsafe sums.withUnsafeBufferPointer { sums in
                    unsafe across.withUnsafeMutableBufferPointer { across in
                        guard let out = output.baseAddress, let table = table.baseAddress, let sums = sums.baseAddress
                        else { return }
                        let row = unsafe sums + margin
                        guard radius > 2, let across = across.baseAddress else {
                            unsafe pk_blur_across_level(row, channels, table, bias, out, length)
                            return
                        }
                        unsafe pk_blur_across(row, channels, table, bias, across, length)
                        for k in stride(from: 3, through: radius, by: 2) {
                            let second = min(k + 1, radius)
                            unsafe pk_blur_across_more(
                                row, k * channels, second * channels, table + k * block, across, length)
                        }
                        unsafe pk_blur_level(across, out, length)
                    }
                }
            }
        }
    }
}

extension GaussianKernel.Border {
    /// `position` folded into `0..<count`.
    func fold(_ position: Int, count: Int) -> Int {
        let period = self == .reflect ? 2 * count : max(1, 2 * count - 2)
        let folded = ((position % period) + period) % period
        if folded < count { return folded }
        return self == .reflect ? period - 1 - folded : period - folded
    }
}
