package import PixelCore
internal import PixelKernels

/// Adds independent Gaussian noise to every sample, rounded to whole levels and clipped to 0...255.
///
/// Qin, Fan, Zha, Wu, "Random Noise Defense Against Query-Based Black-Box Attacks", NeurIPS 2021: y = clip(x + nu z).
/// Where we differ: the noise is rounded before it is added, which gives the same distribution on u8 images. Equal
/// generators give equal pixels on every platform (`GaussianSampler`).
package struct GaussianNoise: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "gaussian-noise", family: .randomization,
        summary: "Adds Gaussian noise to every sample.",
        source: "Qin, Fan, Zha, Wu: Random Noise Defense Against Query-Based Black-Box Attacks, NeurIPS 2021",
        weaknesses: "Averaging over draws (expectation over transformation) undoes it; it raises the price of query "
            + "attacks and costs clean accuracy on models not trained for noise.",
        isRandomized: true, changesShape: false,
        parameters: [
            ParameterDescriptor(
                name: "sigma", kind: .real(0...1), defaultValue: .real(0.02),
                summary: "Standard deviation as a fraction of the full range; 0.02 is 5.1 of 255 levels.")
        ])

    private let noise: NoiseKernel
    private let isNone: Bool

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        let sigma = try Self.descriptor.check(parameters).real("sigma")
        guard let sampler = GaussianSampler(standardDeviation: sigma * 255) else {
            throw .parameter(defense: Self.descriptor.name, name: "sigma", allowed: "a number from 0.0 to 1.0")
        }
        noise = NoiseKernel(gaussian: sampler)
        isNone = sampler.reach == 0
    }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        if isNone { return }
        let cancellation = context.cancellation
        // Drawn from a copy, so that a cancelled call leaves the generator as untouched as the pixels.
        var generator = context.generator
        try context.replace(&pixels) { source, output in
            noise.add(to: source, into: &output, drawingFrom: &generator, cancellation: cancellation)
        }
        context.generator = generator
    }
}
