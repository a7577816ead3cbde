package import PixelCore
internal import PixelKernels

/// Blurs with a Gaussian, channels apart.
///
/// The plainest of the filters tried against adversarial examples (Ding, Wang, Jin, "AdverTorch v0.1", 2019). Kernel and
/// border are scipy's or OpenCV's, which differ in both (`GaussianKernel`); AdverTorch itself puts zeros beyond the edge.
package struct GaussianBlur: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "gaussian", family: .denoising,
        summary: "Blurs with a Gaussian.",
        source: "Ding, Wang, Jin: AdverTorch v0.1, 2019, GaussianSmoothing2D; kernel and border of "
            + "scipy.ndimage.gaussian_filter, mode reflect, or of cv2.GaussianBlur with the kernel size left to it",
        weaknesses: "Linear and known, so that attacks pass through it; takes fine detail with the perturbation.",
        isRandomized: false, changesShape: false,
        parameters: [
            ParameterDescriptor(
                name: "sigma", kind: .real(0.1...10), defaultValue: .real(1),
                summary: "Standard deviation in pixels."),
            ParameterDescriptor(
                name: "convention", kind: .choice(["scipy", "opencv"]), defaultValue: .text("scipy"),
                summary: "scipy reaches 4 sigma and repeats the edge; opencv reaches 3 sigma and mirrors at it."),
        ])

    private let weights: BlurWeights
    private let border: GaussianKernel.Border

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        let values = try Self.descriptor.check(parameters)
        let sigma = values.real("sigma")
        let isOpenCV = values.text("convention") == "opencv"
        guard let weights = isOpenCV ? BlurWeights(openCVSigma: sigma) : BlurWeights(scipySigma: sigma) else {
            throw .parameter(defense: Self.descriptor.name, name: "sigma", allowed: "a number from 0.1 to 10.0")
        }
        self.weights = weights
        border = isOpenCV ? .mirror : .reflect
    }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        let cancellation = context.cancellation
        let shape = pixels.shape
        try context.replace(&pixels) { source, output in
            GaussianKernel.blur(
                source, into: &output, shape: shape, weights: weights, border: border, cancellation: cancellation)
        }
    }
}
