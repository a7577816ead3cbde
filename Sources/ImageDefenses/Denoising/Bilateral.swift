package import PixelCore
internal import PixelKernels

/// Replaces each pixel by the mean of those near it in place and in colour.
///
/// Tomasi, Manduchi, "Bilateral Filtering for Gray and Color Images", ICCV 1998. Rules and numbers are OpenCV's to within
/// one level (`BilateralKernel`); the parameters come in the order of `cv2.bilateralFilter`.
package struct Bilateral: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "bilateral", family: .denoising,
        summary: "Replaces each pixel by the mean of those near it in place and in colour.",
        source: "Tomasi, Manduchi: Bilateral Filtering for Gray and Color Images, ICCV 1998 (OpenCV's bilateralFilter)",
        weaknesses: "Differentiable, so that attacks pass through it; keeps every step larger than sigma_color, and "
            + "with it sparse and patch perturbations.",
        isRandomized: false, changesShape: false,
        parameters: [
            ParameterDescriptor(
                name: "d", kind: .integer(3...31), defaultValue: .integer(5),
                summary: "Diameter in pixels; the radius is its half, rounded down."),
            ParameterDescriptor(
                name: "sigma_color", kind: .real(1...255), defaultValue: .real(50),
                summary: "Standard deviation of the difference of colour in levels, summed over the channels."),
            ParameterDescriptor(
                name: "sigma_space", kind: .real(0.5...255), defaultValue: .real(50),
                summary: "Standard deviation of the distance in pixels."),
        ])

    private let kernel: BilateralKernel
    private let effort: Double

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        let values = try Self.descriptor.check(parameters)
        effort = Double(values.integer("d") * values.integer("d")) / 25
        kernel = BilateralKernel(
            diameter: values.integer("d"), colourSigma: values.real("sigma_color"),
            spaceSigma: values.real("sigma_space"))
    }

    /// In proportion to the neighbours.
    package var relativeCost: Double { effort }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        let cancellation = context.cancellation
        let shape = pixels.shape
        try context.replace(&pixels) { source, output in
            kernel.smooth(source, into: &output, shape: shape, cancellation: cancellation)
        }
    }
}
