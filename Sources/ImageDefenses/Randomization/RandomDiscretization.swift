package import PixelCore
internal import PixelKernels

/// Adds Gaussian noise and replaces every pixel by the nearest of a few colours drawn from the image.
///
/// Zhang, Liang, "Defending against Whitebox Adversarial Attacks via Randomized Discretization", AISTATS 2019. Where we
/// differ: the codewords are drawn by squared distance as k-means++ does (`Codebook`), from at most 4,096 pixels, instead
/// of by an exponential of the distance; noise is rounded to whole levels and clipped. Draws, in this order: candidates
/// (on images of more than 4,096 pixels), codewords, then one word of noise for each sample. Equal generators give equal
/// pixels on every platform.
package struct RandomDiscretization: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "random-discretization", family: .randomization,
        summary: "Adds noise and replaces every pixel by the nearest of a few of the image's colours.",
        source: "Zhang, Liang: Defending against Whitebox Adversarial Attacks via Randomized Discretization, "
            + "AISTATS 2019",
        weaknesses:
            "The bound it comes with holds for small L2 perturbations; averaging over draws attacks it, and few "
            + "colours cost clean accuracy on photographs.",
        isRandomized: true, changesShape: false,
        parameters: [
            ParameterDescriptor(
                name: "codewords", kind: .integer(Codebook.sizes), defaultValue: .integer(10),
                summary: "Colours that are kept, at most; 2 or 3 suit scans."),
            ParameterDescriptor(
                name: "sigma", kind: .real(0...1), defaultValue: .real(0.06),
                summary: "Standard deviation of the noise as a fraction of the full range; 0.06 is 15.3 levels."),
        ])

    private let size: Int
    private let noise: NoiseKernel

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        let checked = try Self.descriptor.check(parameters)
        size = checked.integer("codewords")
        guard let sampler = GaussianSampler(standardDeviation: checked.real("sigma") * 255) else {
            throw .parameter(defense: Self.descriptor.name, name: "sigma", allowed: "a number from 0.0 to 1.0")
        }
        noise = NoiseKernel(gaussian: sampler)
    }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        let shape = pixels.shape
        let cancellation = context.cancellation
        // Drawn from a copy, so that a cancelled call leaves the generator as untouched as the pixels.
        var generator = context.generator
        try context.replace(&pixels) { source, output in
            if cancellation.isRaised { return false }
            let book = Codebook.draw(size, from: source, shape: shape, using: &generator)
            return book.quantize(
                source, into: &output, noise: noise, drawingFrom: &generator, cancellation: cancellation)
        }
        context.generator = generator
    }
}
