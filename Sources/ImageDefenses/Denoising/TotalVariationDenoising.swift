package import PixelCore
internal import PixelKernels

/// Smooths while it keeps edges: the image of least total variation near the given one, channels apart.
///
/// Rudin, Osher, Fatemi, "Nonlinear total variation based noise removal algorithms", Physica D 60, 1992, solved by
/// Chambolle, "An Algorithm for Total Variation Minimization and Applications", JMIV 20, 2004, with the step, the stop and
/// the defaults of `skimage.restoration.denoise_tv_chambolle`; rounded half to even at the end. Takes 13 bytes of working
/// memory a pixel.
package struct TotalVariationDenoising: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "total-variation", family: .denoising,
        summary: "Smooths while it keeps edges: the image of least total variation near the given one.",
        source: "Rudin, Osher, Fatemi: Nonlinear total variation based noise removal algorithms, Physica D 1992; "
            + "Chambolle: An Algorithm for Total Variation Minimization and Applications, JMIV 2004; "
            + "skimage.restoration.denoise_tv_chambolle",
        weaknesses: "Attacks that take the filter for the identity in the backward pass (Athalye et al., ICML 2018) "
            + "break it; flattens texture.",
        isRandomized: false, changesShape: false,
        parameters: [
            ParameterDescriptor(
                name: "weight", kind: .real(0.001...10), defaultValue: .real(0.1),
                summary: "Weight of the variation against the distance, for samples in 0 to 1; larger removes more."),
            ParameterDescriptor(
                name: "iterations", kind: .integer(1...1000), defaultValue: .integer(200),
                summary:
                    "The most iterations; fewer are done once the energy changes by under 0.0002 of its first value."),
        ])

    private let weight: Double
    private let limit: Int

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        let values = try Self.descriptor.check(parameters)
        weight = values.real("weight")
        limit = values.integer("iterations")
    }

    /// The result, and planes of floats for one channel.
    package func workingBytes(for shape: PixelShape) -> Int {
        let kernel = VariationKernel(shape: shape, weight: weight, limit: limit)
        return shape.sampleCount + kernel.byteCount + 4 * kernel.floatCount
    }

    /// In proportion to the iterations.
    package var relativeCost: Double { Double(limit) / 200 }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        let cancellation = context.cancellation
        let kernel = VariationKernel(shape: pixels.shape, weight: weight, limit: limit)
        var bytes = context.buffers.takeBytes(kernel.byteCount)
        var floats = context.buffers.takeFloats(kernel.floatCount)
        defer {
            context.buffers.give(bytes)
            context.buffers.give(floats)
        }
        try context.replace(&pixels) { source, output in
            var byteSpan = bytes.mutableSpan
            var floatSpan = floats.mutableSpan
            return kernel.denoise(
                source, into: &output, bytes: &byteSpan, floats: &floatSpan, cancellation: cancellation)
        }
    }
}
