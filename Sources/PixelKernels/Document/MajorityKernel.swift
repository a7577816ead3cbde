internal import CPixelKernels
package import PixelCore

/// Shrinks by a whole factor and makes each block black or white by its mean level.
///
/// A destination pixel is white (255) where the mean of its block is at least threshold - 1/2, that is, where the mean
/// rounded as `AreaResampler` rounds it reaches an even threshold; on bitonal images at 128, where at least half of the
/// block is white. Blocks at the right and lower edge hold the pixels that are left. The level of a colour pixel is its
/// `InkLuma`, and all three channels of the result are equal.
package enum MajorityKernel {
    /// Factors that have a kernel.
    package static let factors = 2...8

    /// The shape that `shape` shrinks to: both sides divided by `factor`, rounded up.
    package static func destination(of shape: PixelShape, factor: Int) -> PixelShape? {
        PixelShape(
            width: (shape.width + factor - 1) / factor, height: (shape.height + factor - 1) / factor,
            channels: shape.channels)
    }

    /// Writes the shrunken `source` of `shape` into `output` of `destination(of:factor:)`; false when cancelled, with
    /// `output` unfinished. `threshold` is 1...255.
    package static func shrink(
        _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, shape: PixelShape, factor: Int, threshold: Int,
        cancellation: CancellationFlag
    ) -> Bool {
        precondition(factors.contains(factor) && (1...255).contains(threshold))
        let width = (shape.width + factor - 1) / factor
        let height = (shape.height + factor - 1) / factor
        precondition(source.count == shape.sampleCount && output.count == width * height * shape.channels)
        let length = width * shape.channels
        var luma = [UInt8](repeating: 0, count: shape.channels == 3 ? shape.width : 0)
        var sums = [UInt16](repeating: 0, count: shape.width)
        var levels = [UInt8](repeating: 0, count: width)
        for y in 0..<height {
            if cancellation.isRaised { return false }
            let rows = y * factor..<min(shape.height, (y + 1) * factor)
            for i in sums.indices { sums[i] = 0 }
            for sourceRow in rows {
                let start = sourceRow * shape.rowSamples
                let samples = source.extracting(start..<start + shape.rowSamples)
                if shape.channels == 3 {
                    var span = luma.mutableSpan
                    InkLuma.write(samples, into: &span)
                    add(luma.span, to: &sums)
                } else {
                    add(samples, to: &sums)
                }
            }
            var row = output._mutatingExtracting(y * length..<(y + 1) * length)
            if shape.channels == 3 {
                var span = levels.mutableSpan
                decide(sums, rowCount: rows.count, factor: factor, threshold: threshold, into: &span)
                spread(levels.span, over: &row)
            } else {
                decide(sums, rowCount: rows.count, factor: factor, threshold: threshold, into: &row)
            }
        }
        return true
    }

    /// Each level three times.
    private static func spread(_ levels: Span<UInt8>, over row: inout MutableSpan<UInt8>) {
        let count = levels.count
        precondition(row.count == 3 * count)
        unsafe levels.withUnsafeBufferPointer { levels in
            unsafe row.withUnsafeMutableBufferPointer { row in
                guard let from = levels.baseAddress, let to = row.baseAddress else { return }
                unsafe pk_grey_to_rgb_row(from, to, count)
            }
        }
    }

    /// Sums of at most 8 rows stay below 2^11, those of a block below 2^14.
    private static func add(_ samples: Span<UInt8>, to sums: inout [UInt16]) {
        let count = sums.count
        precondition(samples.count == count)
        unsafe samples.withUnsafeBufferPointer { samples in
            unsafe sums.withUnsafeMutableBufferPointer { sums in
                guard let from = samples.baseAddress, let to = sums.baseAddress else { return }
                unsafe pk_add_u8_row(from, to, count)
            }
        }
    }

    private static func decide(
        _ sums: [UInt16], rowCount: Int, factor: Int, threshold: Int, into levels: inout MutableSpan<UInt8>
    ) {
        let whole = sums.count / factor
        precondition(levels.count == (sums.count + factor - 1) / factor)
        // At most 509 · 64.
        let limit = UInt16((2 * threshold - 1) * factor * rowCount)
        unsafe sums.withUnsafeBufferPointer { sums in
            unsafe levels.withUnsafeMutableBufferPointer { levels in
                guard let from = sums.baseAddress, let to = levels.baseAddress else { return }
                unsafe pk_block_majority_row(from, to, whole, factor, limit)
            }
        }
        let left = sums.count - whole * factor
        if left == 0 { return }
        var total = 0
        for x in whole * factor..<sums.count { total += Int(sums[x]) }
        levels[whole] = 2 * total >= (2 * threshold - 1) * left * rowCount ? 255 : 0
    }
}
