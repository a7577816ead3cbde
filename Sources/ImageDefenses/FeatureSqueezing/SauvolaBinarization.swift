package import PixelCore
internal import PixelKernels

/// Turns every pixel white or black by a threshold from its own neighbourhood, which follows uneven light.
///
/// Sauvola, Pietikäinen, "Adaptive document image binarization", Pattern Recognition 33(2), 2000, equation 5 with
/// R = 128: white where the level is greater than m (1 + k (s / 128 - 1)), as `skimage.filters.threshold_sauvola(r=128)`
/// to within the rounding of doubles. The level of a colour pixel is its luma as OpenCV's `COLOR_RGB2GRAY` rounds it,
/// and all its channels turn the same.
package struct SauvolaBinarization: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "sauvola", family: .featureSqueezing,
        summary: "Turns every pixel white or black by mean and deviation of the luma around it.",
        source: "Sauvola, Pietikäinen: Adaptive document image binarization, Pattern Recognition 33(2), 2000, equation "
            + "5; scikit-image threshold_sauvola",
        weaknesses: "Changes that cross the threshold stay, and one pixel can move those around it; ink wider than the "
            + "window turns hollow; SCAR (Balkanski et al., 2020) attacks what has been binarized.",
        isRandomized: false, changesShape: false,
        parameters: [
            ParameterDescriptor(
                name: "window", kind: .integer(3...99), defaultValue: .integer(15),
                summary: "Side of the neighbourhood in pixels, an odd number."),
            ParameterDescriptor(
                name: "k", kind: .real(0...1), defaultValue: .real(0.2),
                summary: "How far the threshold falls below the mean where the neighbourhood is even."),
        ])

    private let window: Int
    private let k: Double

    /// Takes what the descriptor lists; the window must be odd.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        let values = try Self.descriptor.check(parameters)
        window = values.integer("window")
        k = values.real("k")
        if window.isMultiple(of: 2) {
            throw .parameter(
                defense: Self.descriptor.name, name: "window", allowed: "an odd whole number from 3 to 99")
        }
    }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        let cancellation = context.cancellation
        let shape = pixels.shape
        try context.replaceByPlane(&pixels) { plane, output in
            SauvolaKernel.binarize(
                plane: plane, into: &output, shape: shape, window: window, k: k, cancellation: cancellation)
        }
    }
}
