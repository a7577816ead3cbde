internal import CPixelKernels
package import PixelCore

/// Wavelet shrinkage, as `skimage.restoration.denoise_wavelet` with soft thresholds, channels apart.
///
/// Edges are mirrored (PyWavelets' symmetric), the coarsest band is left as it is, and samples are in 0...1. Results are
/// within 1e-6 of scikit-image's; arithmetic is in single precision, sums in double.
package struct WaveletKernel: Sendable {
    /// How much is taken off the coefficients of a band.
    package enum Method: String, Sendable, CaseIterable {
        /// σ² over the standard deviation of the band without the noise: Chang, Yu, Vetterli, "Adaptive wavelet
        /// thresholding for image denoising and compression", IEEE TIP 9 (9), 2000.
        case bayes
        /// σ √(2 ln n) for n samples: Donoho, Johnstone, "Ideal spatial adaptation by wavelet shrinkage", Biometrika 81
        /// (3), 1994.
        case visu
    }

    private let shape: PixelShape
    private let filter: WaveletFilter
    private let method: Method
    private let sigma: Double?
    private let plan: WaveletPlan

    /// A kernel for images of `shape`.
    ///
    /// `sigma` is the standard deviation of the noise in 0...1; where there is none, `NoiseEstimate` finds one for each
    /// channel.
    /// `levels`, at least 1, are scikit-image's where none are given.
    package init(shape: PixelShape, filter: WaveletFilter, method: Method, sigma: Double?, levels: Int? = nil) {
        self.shape = shape
        self.filter = filter
        self.method = method
        self.sigma = sigma
        let depth = max(1, levels ?? filter.usualLevels(width: shape.width, height: shape.height))
        plan = WaveletPlan(width: shape.width, height: shape.height, levels: depth, filter: filter)
    }

    /// Floats of working memory: four thirds of a channel and a few rows.
    package var floatCount: Int { max(plan.count, NoiseEstimate.floatCount(shape)) }

    /// Writes the denoised `source` into `output`, rounded half to even; false when cancelled, with `output` unfinished.
    ///
    /// `floats` is working memory of `floatCount` elements of any value.
    package func denoise(
        _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, floats: inout MutableSpan<Float>,
        cancellation: CancellationFlag
    ) -> Bool {
        precondition(output.count == shape.sampleCount)
        for c in 0..<shape.channels {
            let isFinished = denoise(source, channel: c, floats: &floats, cancellation: cancellation) { y, values in
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
        _ source: Span<UInt8>, channel: Int, floats: inout MutableSpan<Float>, cancellation: CancellationFlag,
        body: (Int, Span<Float>) -> Void
    ) -> Bool {
        precondition(floats.count >= floatCount)
        let estimate =
            sigma
            ?? NoiseEstimate.sigma(
                source, shape: shape, channel: channel, floats: &floats, cancellation: cancellation)
        guard let estimate else { return false }
        return withSteps(source, channel, &floats, cancellation) { steps in
            let taps = WaveletTaps(filter)
            var thresholds: [[Float]] = []
            for level in plan.levels.indices {
                guard let squares = steps.split(level, taps: taps) else { return false }
                thresholds.append(squares.map { Float(threshold(estimate, meanSquare: $0)) })
            }
            for level in plan.levels.indices.reversed() {
                if !steps.join(level, taps: taps, thresholds: thresholds[level], body: body) { return false }
            }
            return true
        }
    }

    private func threshold(_ sigma: Double, meanSquare: Double) -> Double {
        switch method {
        case .bayes: sigma * sigma / max(meanSquare - sigma * sigma, Double.ulpOfOne).squareRoot()
        case .visu: sigma * (2 * SeriesFunctions.logarithm(Double(shape.pixelCount))).squareRoot()
        }
    }

    private func withSteps(
        _ source: Span<UInt8>, _ channel: Int, _ floats: inout MutableSpan<Float>, _ cancellation: CancellationFlag,
        _ body: (WaveletSteps) -> Bool
    ) -> Bool {
        precondition(source.count == shape.sampleCount && channel < shape.channels)
        return unsafe source.withUnsafeBufferPointer { source in
            unsafe floats.withUnsafeMutableBufferPointer { memory in
                guard let source = source.baseAddress, let memory = memory.baseAddress else { return false }
                return body(
                    unsafe WaveletSteps(
                        source: source + channel, channels: shape.channels, memory: memory, plan: plan,
                        cancellation: cancellation))
            }
        }
    }
}
