package import PixelCore
internal import PixelKernels

/// Takes what looks like noise off the wavelet coefficients of every channel.
///
/// Donoho, Johnstone, "Ideal spatial adaptation by wavelet shrinkage", Biometrika 81 (3), 1994; Chang, Yu, Vetterli,
/// "Adaptive wavelet thresholding for image denoising and compression", IEEE TIP 9 (9), 2000; the filter of pixel
/// deflection (Prakash et al., CVPR 2018), which works on YCbCr, unlike this. Soft thresholds, levels, borders and the
/// estimate of the noise are those of `skimage.restoration.denoise_wavelet` and `estimate_sigma` in RGB.
package struct WaveletShrinkage: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "wavelet", family: .denoising,
        summary: "Takes what looks like noise off the wavelet coefficients of every channel.",
        source:
            "Donoho, Johnstone: Ideal spatial adaptation by wavelet shrinkage, Biometrika 1994; Chang, Yu, Vetterli: "
            + "Adaptive wavelet thresholding for image denoising and compression, IEEE TIP 2000; "
            + "skimage.restoration.denoise_wavelet",
        weaknesses: "Attacks that take the filter for the identity in the backward pass break it; perturbations of low "
            + "frequency pass; on a page that is mostly blank the estimated noise is 0, so that sigma has to be given.",
        isRandomized: false, changesShape: false,
        parameters: [
            ParameterDescriptor(
                name: "wavelet", kind: .choice(["db1", "db2"]), defaultValue: .text("db1"),
                summary: "db1 is Haar's; db2 is Daubechies' with four taps and leaves fewer steps in shades."),
            ParameterDescriptor(
                name: "method", kind: .choice(["bayes", "visu"]), defaultValue: .text("bayes"),
                summary: "bayes fits a threshold to each band; visu takes one for all and smooths far more."),
            ParameterDescriptor(
                name: "sigma", kind: .real(0...1), defaultValue: .real(0),
                summary:
                    "Standard deviation of the noise as a fraction of the full range; 0 estimates it for each channel."
            ),
            ParameterDescriptor(
                name: "levels", kind: .integer(0...12), defaultValue: .integer(0),
                summary:
                    "How often the image is halved; 0 halves three times less than its shorter side allows, and once "
                    + "at least."),
        ])

    private let filter: WaveletFilter
    private let method: WaveletKernel.Method
    private let sigma: Double?
    private let levels: Int?

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        let values = try Self.descriptor.check(parameters)
        filter = values.text("wavelet") == "db2" ? .db2 : .db1
        method = values.text("method") == "visu" ? .visu : .bayes
        sigma = values.real("sigma") == 0 ? nil : values.real("sigma")
        levels = values.integer("levels") == 0 ? nil : values.integer("levels")
    }

    /// The result, and a channel's coefficients as floats.
    package func workingBytes(for shape: PixelShape) -> Int {
        let kernel = WaveletKernel(shape: shape, filter: filter, method: method, sigma: sigma, levels: levels)
        return shape.sampleCount + 4 * kernel.floatCount
    }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        let cancellation = context.cancellation
        let kernel = WaveletKernel(shape: pixels.shape, filter: filter, method: method, sigma: sigma, levels: levels)
        var floats = context.buffers.takeFloats(kernel.floatCount)
        defer { context.buffers.give(floats) }
        try context.replace(&pixels) { source, output in
            var span = floats.mutableSpan
            return kernel.denoise(source, into: &output, floats: &span, cancellation: cancellation)
        }
    }
}
