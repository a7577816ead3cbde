internal import CPixelKernels
package import PixelCore

/// The standard deviation of an image's noise, as `skimage.restoration.estimate_sigma`.
///
/// The median magnitude of the finest db2 coefficients that are high both ways, over the third quartile of the normal
/// distribution; coefficients of exactly 0 are left out (Donoho, Johnstone, Biometrika 81 (3), 1994). In double precision
/// and in PyWavelets' order of additions, because what is exactly 0 hangs on it: black areas are, other blank ones hardly
/// ever. So a page that is mostly paper has next to no noise by this measure.
package enum NoiseEstimate {
    /// The median magnitude of standard normal noise.
    private static let quartile = 0.674_489_750_196_081_7
    private static let filter = WaveletFilter.db2

    /// Floats of working memory for images of `shape`.
    package static func floatCount(_ shape: PixelShape) -> Int { filter.half(shape.width) * filter.half(shape.height) }

    /// σ of one channel in 0...1, 0 when there is nothing to see; nil when cancelled.
    ///
    /// `floats` is working memory of `floatCount(shape)` elements of any value.
    package static func sigma(
        _ source: Span<UInt8>, shape: PixelShape, channel: Int, floats: inout MutableSpan<Float>,
        cancellation: CancellationFlag
    ) -> Double? {
        let count = floatCount(shape)
        precondition(source.count == shape.sampleCount && channel < shape.channels && floats.count >= count)
        let isFinished = unsafe floats.withUnsafeMutableBufferPointer { floats in
            guard let out = floats.baseAddress else { return false }
            return unsafe coefficients(source, shape, channel, out, cancellation)
        }
        return isFinished ? Double(MagnitudeMedian.median(floats.span.extracting(0..<count))) / quartile : nil
    }

    private static func coefficients(
        _ source: Span<UInt8>, _ shape: PixelShape, _ channel: Int, _ out: UnsafeMutablePointer<Float>,
        _ cancellation: CancellationFlag
    ) -> Bool {
        let (width, band) = (shape.width, filter.half(shape.width))
        // Four rows of the channel, by row modulo 4, and the high coefficients down its columns, mirrored at the ends.
        var ring = [UInt8](repeating: 0, count: 4 * width)
        var line = [Double](repeating: 0, count: 2 * band + 4)
        var loaded = 0
        for k in 0..<filter.half(shape.height) {
            if cancellation.isRaised { return false }
            while loaded < min(2 * k + 2, shape.height) {
                let row = source.extracting(loaded * shape.rowSamples..<(loaded + 1) * shape.rowSamples)
                var plane = ring.mutableSpan
                var target = plane._mutatingExtracting(loaded % 4 * width..<(loaded % 4 + 1) * width)
                ChannelRows.take(channel, of: shape.channels, from: row, into: &target)
                loaded += 1
            }
            unsafe ring.withUnsafeBufferPointer { ring in
                unsafe line.withUnsafeMutableBufferPointer { line in
                    guard let ring = ring.baseAddress, let line = line.baseAddress else { return }
                    // Mirrored rows are among the last four.
                    func row(_ j: Int) -> UnsafePointer<UInt8> {
                        let y = GaussianKernel.Border.reflect.fold(2 * k + 1 - j, count: shape.height)
                        return unsafe ring + y % 4 * width
                    }
                    unsafe pk_high_down(row(0), row(1), row(2), row(3), filter.high, line + 2, width)
                    for x in [-2, -1] + Array(width..<2 * band) {
                        unsafe line[2 + x] = line[2 + GaussianKernel.Border.reflect.fold(x, count: width)]
                    }
                    unsafe pk_high_across(line, filter.high, out + k * band, band)
                }
            }
        }
        return true
    }
}

/// The exact median of magnitudes, by counting the upper and then the lower bits of their representation, or by sorting.
enum MagnitudeMedian {
    /// The median magnitude of those `values` that are not 0, the mean of the middle two where they are even in number; 0
    /// when there are none.
    static func median(_ values: Span<Float>) -> Float {
        values.count < fewest ? sorted(values) : counted(values)
    }

    /// Below as many, clearing the counters would cost more than sorting.
    private static let fewest = 4096

    private static func sorted(_ values: Span<Float>) -> Float {
        var magnitudes: [Float] = []
        for i in 0..<values.count where values[i] != 0 { magnitudes.append(abs(values[i])) }
        magnitudes.sort()
        if magnitudes.isEmpty { return 0 }
        return (magnitudes[(magnitudes.count - 1) / 2] + magnitudes[magnitudes.count / 2]) / 2
    }

    private static func counted(_ values: Span<Float>) -> Float {
        // Bits of positive floats are in the order of the floats.
        var upper = [Int](repeating: 0, count: 1 << 16)
        var total = 0
        for i in 0..<values.count where values[i] != 0 {
            upper[Int(abs(values[i]).bitPattern >> 15)] += 1
            total += 1
        }
        if total == 0 { return 0 }
        let lower = ranked((total - 1) / 2, upper, values)
        return total % 2 == 1 ? lower : (lower + ranked(total / 2, upper, values)) / 2
    }

    /// The value of this rank, from 0.
    private static func ranked(_ rank: Int, _ upper: [Int], _ values: Span<Float>) -> Float {
        var (rest, prefix) = (rank, 0)
        while rest >= upper[prefix] {
            rest -= upper[prefix]
            prefix += 1
        }
        var lower = [Int](repeating: 0, count: 1 << 15)
        for i in 0..<values.count where values[i] != 0 {
            let bits = abs(values[i]).bitPattern
            if Int(bits >> 15) == prefix { lower[Int(bits & 0x7fff)] += 1 }
        }
        var suffix = 0
        while rest >= lower[suffix] {
            rest -= lower[suffix]
            suffix += 1
        }
        return Float(bitPattern: UInt32(prefix) << 15 | UInt32(suffix))
    }
}
