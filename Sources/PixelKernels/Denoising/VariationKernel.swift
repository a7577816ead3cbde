internal import CPixelKernels
package import PixelCore

/// Total-variation denoising by projections of the dual, as `skimage.restoration.denoise_tv_chambolle`.
///
/// Chambolle, "An Algorithm for Total Variation Minimization and Applications", JMIV 20, 2004: minimizes over u the sum of
/// |∇u| plus (u - f)² / (2 weight), f in 0...1, channels apart, by forward differences that are 0 in the last row and
/// column. Step 1/4; stops once the energy changes by less than `tolerance` of its first value. Where we differ:
/// arithmetic is in single precision, sums in double, so results are within 1e-5 of scikit-image's.
///
/// Several iterations pass over the image together, each one row behind the one before, so that rows are read from memory
/// once for all of them.
package struct VariationKernel: Sendable {
    private let shape: PixelShape
    private let weight: Float
    private let tolerance: Double
    private let limit: Int
    private let layout: RowLayout

    /// A kernel for images of `shape`.
    ///
    /// `weight` above 0: larger removes more. `limit`, at least 1, is the largest number of iterations.
    package init(shape: PixelShape, weight: Double, tolerance: Double = 2e-4, limit: Int = 200) {
        precondition(weight > 0 && limit >= 1)
        self.shape = shape
        self.weight = Float(weight)
        self.tolerance = tolerance
        self.limit = limit
        layout = RowLayout(width: shape.width, height: shape.height)
    }

    /// Bytes of working memory: a plane of the image.
    package var byteCount: Int { layout.planeCount }

    /// Floats of working memory: three planes of the image and a few rows.
    package var floatCount: Int { 3 * layout.planeCount + (3 * Self.stages + 2) * layout.stride }

    /// Iterations that pass over the image together.
    private static let stages = 4

    /// Writes the denoised `source` into `output`, rounded half to even; false when cancelled, with `output` unfinished.
    ///
    /// `bytes` and `floats` are working memory of `byteCount` and `floatCount` elements of any value.
    package func denoise(
        _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, bytes: inout MutableSpan<UInt8>,
        floats: inout MutableSpan<Float>, cancellation: CancellationFlag
    ) -> Bool {
        precondition(output.count == shape.sampleCount)
        for c in 0..<shape.channels {
            let isFinished = denoise(
                source, channel: c, bytes: &bytes, floats: &floats, cancellation: cancellation
            ) { y, values in
                let start = y * shape.rowSamples
                var row = output._mutatingExtracting(start..<start + shape.rowSamples)
                ChannelRows.put(values, channel: c, of: shape.channels, into: &row)
            }
            if !isFinished { return false }
        }
        return true
    }

    /// Denoises one channel and gives `body` each row of it, in 0...1 and unrounded; false when cancelled.
    package func denoise(
        _ source: Span<UInt8>, channel: Int, bytes: inout MutableSpan<UInt8>, floats: inout MutableSpan<Float>,
        cancellation: CancellationFlag, body: (Int, Span<Float>) -> Void
    ) -> Bool {
        precondition(source.count == shape.sampleCount && channel < shape.channels)
        precondition(bytes.count >= byteCount && floats.count >= floatCount)
        layout.take(channel, of: shape.channels, from: source, into: &bytes)
        let plane = bytes.span
        let isFinished = unsafe plane.withUnsafeBufferPointer { image in
            unsafe floats.withUnsafeMutableBufferPointer { memory in
                guard let image = image.baseAddress, let memory = memory.baseAddress else { return false }
                var sweep = unsafe VariationSweep(
                    image: image, memory: memory, layout: layout, stages: Self.stages, weight: weight)
                return iterate(&sweep, cancellation)
            }
        }
        guard isFinished else { return false }
        let result = VariationSweep.resultStart(layout)
        for y in 0..<shape.height {
            let start = result + y * layout.stride
            body(y, floats.span.extracting(start..<start + shape.width))
        }
        return true
    }

    /// Runs to the stop and leaves the image of the last iteration among the results; false when cancelled.
    private func iterate(_ sweep: inout VariationSweep, _ cancellation: CancellationFlag) -> Bool {
        var progress = VariationProgress(tolerance: tolerance)
        sweep.reset()
        while true {
            // The image of an iteration is lost when the next one begins, so those near the stop go alone and keep it.
            let stages = min(progress.safeStages(Self.stages), limit - 1 - progress.count)
            let isAlone = stages < 2
            guard let energies = sweep.run(isAlone ? 1 : stages, keepsImage: isAlone, cancellation) else {
                return false
            }
            for energy in energies {
                if progress.isLast(energy) {
                    return isAlone || repeating(progress.count - 1, &sweep, cancellation)
                }
            }
            if progress.count == limit { return true }
        }
    }

    /// Iterates from the start again, where the stop came sooner than foreseen: `count` times, and once more for the image.
    private func repeating(_ count: Int, _ sweep: inout VariationSweep, _ cancellation: CancellationFlag) -> Bool {
        sweep.reset()
        var done = 0
        while done < count {
            let stages = min(Self.stages, count - done)
            if sweep.run(stages, keepsImage: false, cancellation) == nil { return false }
            done += stages
        }
        return sweep.run(1, keepsImage: true, cancellation) != nil
    }
}
