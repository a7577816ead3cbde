package import PixelCore
internal import PixelKernels

/// Shrinks a scan by a whole factor and makes every pixel black or white by the mean of its block.
///
/// On bitonal images a vote of the pixels: equal to an area downscale and a threshold of 128 where the sides are
/// multiples of the factor; a tie is paper. Blocks at the right and lower edge hold what is left. Colours count by
/// their luma, and the result is black and white in the channels of the input.
package struct MajorityDownscale: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "majority", family: .document,
        summary: "Shrinks by a whole factor, each pixel black or white by the mean of its block.",
        source: "Area downscale and threshold, a squeezer of binary images after Xu, Evans, Qi: Feature Squeezing, "
            + "NDSS 2018",
        weaknesses: "A pixel flipped where a block is nearly balanced, such as on the edge of a stroke, flips the "
            + "block. Strokes thinner than half the factor vanish.",
        isRandomized: false, changesShape: true,
        parameters: [
            ParameterDescriptor(
                name: "factor", kind: .integer(MajorityKernel.factors), defaultValue: .integer(2),
                summary: "Side of a block in pixels."),
            ParameterDescriptor(
                name: "threshold", kind: .integer(1...255), defaultValue: .integer(128),
                summary: "Blocks whose mean rounds to a lower level become black."),
        ])

    private let factor: Int
    private let threshold: Int

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        let checked = try Self.descriptor.check(parameters)
        factor = checked.integer("factor")
        threshold = checked.integer("threshold")
    }

    /// Each side divided by the factor, rounded up.
    package func outputShape(for shape: PixelShape) -> PixelShape {
        MajorityKernel.destination(of: shape, factor: factor) ?? shape
    }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        let shape = pixels.shape
        let cancellation = context.cancellation
        guard let destination = MajorityKernel.destination(of: shape, factor: factor) else {
            throw .shape(defense: Self.descriptor.name, width: shape.width, height: shape.height)
        }
        try context.replace(&pixels, shape: destination) { source, output in
            MajorityKernel.shrink(
                source, into: &output, shape: shape, factor: factor, threshold: threshold,
                cancellation: cancellation)
        }
    }
}
