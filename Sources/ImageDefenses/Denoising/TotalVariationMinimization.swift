package import PixelCore
internal import PixelKernels

/// Drops samples at random and rebuilds the image from the others, as the one of least total variation near them.
///
/// Guo, Rana, Cissé, van der Maaten, "Countering Adversarial Images using Input Transformations", ICLR 2018, section 4.2.
/// Three things carry its name. This one keeps each sample of each channel with probability `keep` and minimizes the
/// isotropic variation plus the squared distance over 2 `weight` (`MaskedVariationKernel`): the objective of the authors'
/// default, though their code keeps black samples always and solves by split Bregman. ART's `TotalVarMin` has another
/// objective (the norm of each row and column of differences, and the distance not squared) and begins at the whole image,
/// so that neither its numbers nor its images compare.
///
/// Equal generators give equal masks: one 32-bit word a sample, row by row, channel after channel.
package struct TotalVariationMinimization: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "total-variation-minimization", family: .denoising,
        summary: "Drops samples at random and rebuilds the image from the others, with the least total variation.",
        source:
            "Guo, Rana, Cissé, van der Maaten: Countering Adversarial Images using Input Transformations, ICLR 2018, "
            + "section 4.2; Chambolle, Pock: A First-Order Primal-Dual Algorithm, JMIV 2011",
        weaknesses: "Broken entirely by attacks that average over masks and take the solver for the identity (Athalye, "
            + "Carlini, Wagner, ICML 2018); flattens texture and eats thin strokes.",
        isRandomized: true, changesShape: false,
        parameters: [
            ParameterDescriptor(
                name: "keep", kind: .real(0.05...1), defaultValue: .real(0.5),
                summary: "Probability that a sample is kept; 1 is total-variation denoising without a mask."),
            ParameterDescriptor(
                name: "weight", kind: .real(0.001...10), defaultValue: .real(0.03),
                summary: "Weight of the variation against the distance, for samples in 0 to 1; larger removes more."),
            ParameterDescriptor(
                name: "iterations", kind: .integer(1...2000), defaultValue: .integer(60),
                summary: "Iterations of the solver; 60 come within about half a percent of the least objective."),
        ])

    /// A word of the generator below this keeps a sample.
    private let keepsBelow: UInt64
    private let weight: Double
    private let iterations: Int

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        let values = try Self.descriptor.check(parameters)
        keepsBelow = UInt64((values.real("keep") * 4_294_967_296).rounded(.toNearestOrEven))
        weight = values.real("weight")
        iterations = values.integer("iterations")
    }

    /// The result, and planes of floats for one channel.
    package func workingBytes(for shape: PixelShape) -> Int {
        let kernel = MaskedVariationKernel(shape: shape, weight: weight, iterations: iterations)
        return shape.sampleCount + kernel.byteCount + 4 * kernel.floatCount
    }

    /// In proportion to the iterations.
    package var relativeCost: Double { Double(iterations) / 60 }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        let cancellation = context.cancellation
        let kernel = MaskedVariationKernel(shape: pixels.shape, weight: weight, iterations: iterations)
        var bytes = context.buffers.takeBytes(kernel.byteCount)
        var floats = context.buffers.takeFloats(kernel.floatCount)
        defer {
            context.buffers.give(bytes)
            context.buffers.give(floats)
        }
        // Drawn from a copy, so that a cancelled call leaves the generator as untouched as the pixels.
        var generator = context.generator
        try context.replace(&pixels) { source, output in
            var byteSpan = bytes.mutableSpan
            var floatSpan = floats.mutableSpan
            return kernel.rebuild(
                source, into: &output, bytes: &byteSpan, floats: &floatSpan, cancellation: cancellation
            ) { _, kept in
                for x in 0..<kept.count { kept[x] = UInt64(generator.nextWord()) < keepsBelow ? 1 : 0 }
            }
        }
        context.generator = generator
    }
}
