internal import CPixelKernels
package import PixelCore

/// Rebuilds an image from some of its samples, as the one of least total variation near them; channels apart.
///
/// Minimizes over u the sum of |∇u| plus the sum over kept samples of (u - f)² / (2 weight), f in 0...1, with forward
/// differences that are 0 in the last row and column: `MaskedVariationObjective`. Chambolle, Pock, "A First-Order
/// Primal-Dual Algorithm for Convex Problems with Applications to Imaging", JMIV 40, 2011, algorithm 1 with θ = 1, in a
/// fixed number of iterations, from an image whose gaps are means of kept neighbours.
package struct MaskedVariationKernel: Sendable {
    private let shape: PixelShape
    private let weight: Float
    private let iterations: Int
    private let layout: RowLayout

    /// A kernel for images of `shape`; `weight` above 0: larger smooths more. `iterations` is at least 1.
    package init(shape: PixelShape, weight: Double, iterations: Int) {
        precondition(weight > 0 && iterations >= 1)
        self.shape = shape
        self.weight = Float(weight)
        self.iterations = iterations
        layout = RowLayout(width: shape.width, height: shape.height)
    }

    /// Bytes of working memory: two planes of the image, each with a row above and below.
    package var byteCount: Int { 2 * marginedCount }

    /// Floats of working memory: three planes of the image and a few rows.
    package var floatCount: Int { 3 * layout.planeCount + (2 * Self.stages + 2) * layout.stride }

    /// Iterations that pass over the image together.
    private static let stages = 4

    /// Bytes of a plane with a row of 0 above and below, and 0 before and after it.
    private var marginedCount: Int { (layout.height + 2) * layout.stride + 2 * RowLayout.alignment }

    /// Where the first row of such a plane begins.
    private var firstRow: Int { layout.stride + RowLayout.alignment }

    /// Writes what is rebuilt of `source` into `output`, rounded half to even; false when cancelled, with `output`
    /// unfinished. See the other `rebuild`; channels follow one another.
    package func rebuild(
        _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, bytes: inout MutableSpan<UInt8>,
        floats: inout MutableSpan<Float>, cancellation: CancellationFlag,
        keep: (Int, inout MutableSpan<UInt8>) -> Void
    ) -> Bool {
        precondition(output.count == shape.sampleCount)
        for c in 0..<shape.channels {
            let isFinished = rebuild(
                source, channel: c, bytes: &bytes, floats: &floats, cancellation: cancellation, keep: keep
            ) { y, values in
                let start = y * shape.rowSamples
                var row = output._mutatingExtracting(start..<start + shape.rowSamples)
                ChannelRows.put(values, channel: c, of: shape.channels, into: &row)
            }
            if !isFinished { return false }
        }
        return true
    }

    /// Rebuilds one channel and gives `body` each row of it, in 0...1 and unrounded; false when cancelled.
    ///
    /// `bytes` and `floats` are working memory of `byteCount` and `floatCount` elements of any value. `keep` is asked once
    /// for each row, from the first, to write 1 for samples that are kept and 0 for others. Where none are, the channel
    /// becomes its mean.
    package func rebuild(
        _ source: Span<UInt8>, channel: Int, bytes: inout MutableSpan<UInt8>, floats: inout MutableSpan<Float>,
        cancellation: CancellationFlag, keep: (Int, inout MutableSpan<UInt8>) -> Void,
        body: (Int, Span<Float>) -> Void
    ) -> Bool {
        precondition(source.count == shape.sampleCount && channel < shape.channels)
        precondition(bytes.count >= byteCount && floats.count >= floatCount)
        for i in 0..<byteCount { bytes[i] = 0 }
        guard let fallback = prepare(source, channel, &bytes, keep, cancellation) else { return false }
        let planes = bytes.span
        let isFinished = unsafe planes.withUnsafeBufferPointer { planes in
            unsafe floats.withUnsafeMutableBufferPointer { memory in
                guard let planes = planes.baseAddress, let memory = memory.baseAddress else { return false }
                let sweep = unsafe MaskedVariationSweep(
                    known: planes + firstRow, kept: planes + marginedCount + firstRow, memory: memory, layout: layout,
                    weight: weight)
                return run(sweep, fallback, cancellation)
            }
        }
        guard isFinished else { return false }
        for y in 0..<shape.height {
            let start = MaskedVariationSweep.imageStart(layout) + y * layout.stride
            body(y, floats.span.extracting(start..<start + shape.width))
        }
        return true
    }

    /// Lays out the samples that are kept, 0 for others, and what is kept; the mean of those samples in 0...1. nil when
    /// cancelled.
    private func prepare(
        _ source: Span<UInt8>, _ channel: Int, _ bytes: inout MutableSpan<UInt8>,
        _ keep: (Int, inout MutableSpan<UInt8>) -> Void, _ cancellation: CancellationFlag
    ) -> Float? {
        var (sum, number, total) = (0, 0, 0)
        for y in 0..<shape.height {
            if cancellation.isRaised { return nil }
            let start = firstRow + y * layout.stride
            let row = source.extracting(y * shape.rowSamples..<(y + 1) * shape.rowSamples)
            var known = bytes._mutatingExtracting(start..<start + shape.width)
            ChannelRows.take(channel, of: shape.channels, from: row, into: &known)
            var kept = bytes._mutatingExtracting(marginedCount + start..<marginedCount + start + shape.width)
            keep(y, &kept)
            for x in start..<start + shape.width {
                total += Int(bytes[x])
                let isKept = bytes[marginedCount + x] != 0
                bytes[marginedCount + x] = isKept ? 1 : 0
                if !isKept { bytes[x] = 0 }
                sum += Int(bytes[x])
                number += isKept ? 1 : 0
            }
        }
        return number > 0 ? Float(sum) / Float(255 * number) : Float(total) / Float(255 * shape.pixelCount)
    }

    private func run(_ sweep: MaskedVariationSweep, _ fallback: Float, _ cancellation: CancellationFlag) -> Bool {
        sweep.reset(fallback: fallback)
        for start in stride(from: 0, to: iterations, by: Self.stages) {
            if !sweep.run(min(Self.stages, iterations - start), cancellation) { return false }
        }
        return true
    }
}
