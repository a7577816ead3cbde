internal import CPixelKernels
package import PixelCore

/// Binarization by a threshold of its own for each pixel: T = m (1 + k (s / 128 - 1)) with the mean m and the standard
/// deviation s of the window around it.
///
/// Sauvola, Pietikäinen, "Adaptive document image binarization", Pattern Recognition 33(2), 2000, equation 5, R = 128.
/// The border mirrors without repeating the edge (`d c b | a b c d | c b a`), the deviation is that of the population
/// (over n), as in `skimage.filters.threshold_sauvola(r=128)`. Window sums are whole numbers; only the comparison
/// rounds, a few units in the last place of a double, where scikit-image rounds already in its sums. A pixel within
/// about 1e-8 of its threshold may thus fall on the other side.
package enum SauvolaKernel {
    /// Sides that a window may have; odd ones alone.
    package static let windows = 3...99

    /// The standard deviation at which the threshold is the mean.
    package static let range: Double = 128

    /// Writes 255 to every channel of a pixel whose sample of `plane` is greater than its threshold, otherwise 0.
    ///
    /// `plane` holds one sample for each pixel of `shape`, `output` all samples. `window` is odd, 3...99, `k` 0...1.
    /// Holds two rows of 64-bit sums. False when cancelled, with `output` unfinished.
    package static func binarize(
        plane: Span<UInt8>, into output: inout MutableSpan<UInt8>, shape: PixelShape, window: Int, k: Double,
        cancellation: CancellationFlag
    ) -> Bool {
        precondition(windows.contains(window) && !window.isMultiple(of: 2) && (0...1).contains(k))
        precondition(plane.count == shape.pixelCount && output.count == shape.sampleCount)
        let reach = window / 2
        var columns = ColumnMoments(width: shape.width, reach: reach)
        var moments = [UInt64](repeating: 0, count: shape.width)
        var bits = [UInt8](repeating: 0, count: shape.width)
        for position in -reach..<reach { columns.add(plane.extracting(row(position, of: shape))) }
        for y in 0..<shape.height {
            if cancellation.isRaised { return false }
            let entering = plane.extracting(row(y + reach, of: shape))
            if y == 0 {
                columns.add(entering)
            } else {
                columns.move(entering: entering, leaving: plane.extracting(row(y - reach - 1, of: shape)))
            }
            columns.sumWindows(into: &moments)
            decide(plane.extracting(row(y, of: shape)), moments: moments.span, into: &bits, window: window, k: k)
            var place = output._mutatingExtracting(y * shape.rowSamples..<(y + 1) * shape.rowSamples)
            if shape.channels == 1 {
                for x in 0..<bits.count { place[x] = bits[x] }
            } else {
                BinarizationKernel.triple(bits.span, into: &place)
            }
        }
        return true
    }

    /// Where the row at `y`, mirrored at the image's edges, lies in a plane.
    private static func row(_ y: Int, of shape: PixelShape) -> Range<Int> {
        let start = WholeSampleMirror.index(y, count: shape.height) * shape.width
        return start..<start + shape.width
    }

    private static func decide(
        _ samples: Span<UInt8>, moments: Span<UInt64>, into bits: inout [UInt8], window: Int, k: Double
    ) {
        precondition(samples.count == moments.count && samples.count == bits.count)
        unsafe samples.withUnsafeBufferPointer { samples in
            unsafe moments.withUnsafeBufferPointer { moments in
                unsafe bits.withUnsafeMutableBufferPointer { bits in
                    guard let samples = samples.baseAddress, let sums = moments.baseAddress,
                        let out = bits.baseAddress
                    else { return }
                    unsafe pk_sauvola_row(
                        samples, sums, out, bits.count, Double(window * window), 1 - k, (k / range) * (k / range))
                }
            }
        }
    }
}

/// Sums of samples and of their squares over the rows of a window, one word a column, with mirrored columns at both ends.
private struct ColumnMoments {
    private let width: Int
    private let reach: Int
    private var words: [UInt64]
    /// The place of each mirrored column and the place of the column it repeats.
    private var mirrored: [(to: Int, from: Int)] = []

    /// No rows yet.
    init(width: Int, reach: Int) {
        self.width = width
        self.reach = reach
        words = [UInt64](repeating: 0, count: width + 2 * reach)
        for x in Array(-reach..<0) + Array(width..<width + reach) {
            mirrored.append((to: reach + x, from: reach + WholeSampleMirror.index(x, count: width)))
        }
    }

    mutating func add(_ row: Span<UInt8>) {
        precondition(row.count == width)
        unsafe row.withUnsafeBufferPointer { row in
            unsafe words.withUnsafeMutableBufferPointer { words in
                guard let row = row.baseAddress, let words = words.baseAddress else { return }
                unsafe pk_column_moments_add(row, words + reach, width)
            }
        }
    }

    mutating func move(entering: Span<UInt8>, leaving: Span<UInt8>) {
        precondition(entering.count == width && leaving.count == width)
        unsafe entering.withUnsafeBufferPointer { entering in
            unsafe leaving.withUnsafeBufferPointer { leaving in
                unsafe words.withUnsafeMutableBufferPointer { words in
                    guard let entering = entering.baseAddress, let leaving = leaving.baseAddress,
                        let words = words.baseAddress
                    else { return }
                    unsafe pk_column_moments_move(entering, leaving, words + reach, width)
                }
            }
        }
    }

    /// Writes the sums over the whole window around each column.
    mutating func sumWindows(into moments: inout [UInt64]) {
        precondition(moments.count == width)
        for edge in mirrored { words[edge.to] = words[edge.from] }
        unsafe words.withUnsafeBufferPointer { words in
            unsafe moments.withUnsafeMutableBufferPointer { moments in
                guard let words = words.baseAddress, let out = moments.baseAddress else { return }
                unsafe pk_window_moments(words, out, width, 2 * reach + 1)
            }
        }
    }
}
