package import PixelCore
internal import PixelKernels

/// Adds independent uniform noise to every sample, rounded to whole levels and clipped to 0...255.
///
/// y = clip(x + u), u uniform in ±amplitude: the noise of Random Noise Defense and of BaRT's injection group with a
/// bounded distribution, so that no sample moves by more than the amplitude. `NoiseKernel` has the exact distribution.
/// Equal generators give equal pixels on every platform; one word of the stream is drawn for each sample, in order.
package struct UniformNoise: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "uniform-noise", family: .randomization,
        summary: "Adds uniform noise to every sample.",
        source: "Raff, Sylvester, Forsyth, McLean: Barrage of Random Transforms, CVPR 2019, noise injection; Qin, Fan, "
            + "Zha, Wu: Random Noise Defense Against Query-Based Black-Box Attacks, NeurIPS 2021",
        weaknesses: "Averaging over draws (expectation over transformation) undoes it; perturbations larger than the "
            + "amplitude pass nearly whole.",
        isRandomized: true, changesShape: false,
        parameters: [
            ParameterDescriptor(
                name: "amplitude", kind: .real(0...1), defaultValue: .real(0.03),
                summary: "Largest change as a fraction of the full range; 0.03 is 7.65 of 255 levels.")
        ])

    private let noise: NoiseKernel
    private let isNone: Bool

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        let amplitude = try Self.descriptor.check(parameters).real("amplitude")
        guard let noise = NoiseKernel(uniformAmplitude: amplitude * 255) else {
            throw .parameter(defense: Self.descriptor.name, name: "amplitude", allowed: "a number from 0.0 to 1.0")
        }
        self.noise = noise
        isNone = amplitude == 0
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
