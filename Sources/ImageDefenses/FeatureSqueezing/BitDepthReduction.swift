package import PixelCore
package import PixelKernels

/// Rounds every sample to 2^bits levels spread over 0...255.
///
/// Xu, Evans, Qi, "Feature Squeezing: Detecting Adversarial Examples in Deep Neural Networks", NDSS 2018, section III.
/// On u8: `level = rint(v L / 255)`, `out = rint(level 255 / L)`, L = 2^bits - 1. Where we differ: the result is
/// written back as u8, at most half a level from the real number that EvadeML-Zoo gives its model.
package struct BitDepthReduction: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "bit-depth", family: .featureSqueezing,
        summary: "Rounds every sample to 2^bits levels.",
        source: "Xu, Evans, Qi: Feature Squeezing, NDSS 2018, section III; EvadeML-Zoo reduce_precision_py",
        weaknesses: "Adaptive attacks that add a squeezed-copy loss (He et al., WOOT 2017); large perturbations.",
        isRandomized: false, changesShape: false,
        parameters: [
            ParameterDescriptor(
                name: "bits", kind: .integer(1...7), defaultValue: .integer(5),
                summary: "Bits that are kept of each sample.")
        ])

    private let bits: Int

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        bits = try Self.descriptor.check(parameters).integer("bits")
    }

    /// A point operation.
    package var pointTable: PointTable? {
        PointTable { BitDepthKernel.reference($0, bits: bits) }
    }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        let cancellation = context.cancellation
        try context.replace(&pixels) { source, output in
            BitDepthKernel.reduce(source, into: &output, bits: bits, cancellation: cancellation)
        }
    }
}
