internal import CPixelKernels
package import PixelCore

/// The threshold that splits a histogram in the two classes that lie farthest apart.
///
/// Otsu, "A Threshold Selection Method from Gray-Level Histograms", IEEE Transactions on Systems, Man, and Cybernetics
/// 9(1), 1979: the threshold T of the largest between-class variance w0 w1 (m0 - m1)^2, class 0 being levels 0...T.
package enum OtsuThreshold {
    /// Samples between two looks at the cancellation flag.
    private static let chunk = 1 << 18

    /// How often each of the 256 levels occurs in `plane`; nil when cancelled. At most 2^32 - 1 samples.
    package static func histogram(of plane: Span<UInt8>, cancellation: CancellationFlag) -> [UInt32]? {
        var tables = [UInt32](repeating: 0, count: 1024)
        let isFinished = unsafe plane.withUnsafeBufferPointer { plane in
            unsafe tables.withUnsafeMutableBufferPointer { tables in
                guard let samples = plane.baseAddress, let counts = tables.baseAddress else { return true }
                for start in stride(from: 0, to: plane.count, by: chunk) {
                    if cancellation.isRaised { return false }
                    unsafe pk_histogram(samples + start, min(chunk, plane.count - start), counts)
                }
                return true
            }
        }
        guard isFinished else { return nil }
        return (0..<256).map { tables[$0] + tables[256 + $0] + tables[512 + $0] + tables[768 + $0] }
    }

    /// Otsu's threshold of a histogram of 256 levels and at most 2^26 samples; where several are best, the lowest; 0
    /// where no threshold leaves two classes.
    ///
    /// Exact, in whole numbers. OpenCV's `THRESH_OTSU` computes the variance in doubles, so among thresholds that are
    /// equally good (the levels between two that occur, or the two sides of a symmetric histogram) it may name another.
    package static func threshold(of histogram: [UInt32]) -> UInt8 {
        precondition(histogram.count == 256)
        // Above 2^26 samples the counts are halved until the products below fit; nobody compares with OpenCV there.
        let samples = histogram.reduce(0) { $0 + UInt64($1) }
        let shift = max(0, 64 - (max(samples, 1) - 1).leadingZeroBitCount - 26)
        let histogram = histogram.map { $0 >> UInt32(shift) }
        var total: Int64 = 0
        var totalSum: Int64 = 0
        for level in 0..<256 {
            total += Int64(histogram[level])
            totalSum += Int64(level) * Int64(histogram[level])
        }
        var best = Variance(square: 0, divisor: 1)
        var threshold: UInt8 = 0
        var count: Int64 = 0
        var sum: Int64 = 0
        for level in 0..<255 {
            count += Int64(histogram[level])
            sum += Int64(level) * Int64(histogram[level])
            if count == 0 || count == total { continue }
            // w0 w1 (m0 - m1)^2 is (total sum - count totalSum)^2 / (count (total - count)), over total^2. The
            // difference is below 255 · 2^52 = 2^60.
            let difference = (total * sum - count * totalSum).magnitude
            let variance = Variance(
                square: UInt128(difference) * UInt128(difference), divisor: UInt128(count * (total - count)))
            if best.isLess(than: variance) {
                best = variance
                threshold = UInt8(level)
            }
        }
        return threshold
    }

    /// A fraction of a numerator below 2^120 and a divisor below 2^52.
    private struct Variance {
        let whole, rest, divisor: UInt128

        init(square: UInt128, divisor: UInt128) {
            (whole, rest) = square.quotientAndRemainder(dividingBy: divisor)
            self.divisor = divisor
        }

        func isLess(than other: Variance) -> Bool {
            whole != other.whole ? whole < other.whole : rest * other.divisor < other.rest * divisor
        }
    }
}
