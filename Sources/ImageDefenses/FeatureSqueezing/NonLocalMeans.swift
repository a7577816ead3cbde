package import PixelCore
internal import PixelKernels

/// Replaces each pixel by the mean of those around it whose neighbourhoods look like its own.
///
/// Buades, Coll, Morel, "A Non-Local Algorithm for Image Denoising", CVPR 2005; as a squeezer Xu, Evans, Qi, "Feature
/// Squeezing", NDSS 2018, section III-B, whose names `search-patch-h` (13-3-2, 13-3-4, 11-3-4) are the parameters here.
/// Parametrization and numbers are OpenCV's (`NonLocalMeansKernel` says from which h on they may differ).
package struct NonLocalMeans: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "nl-means", family: .featureSqueezing,
        summary: "Replaces each pixel by the mean of pixels whose neighbourhoods look like its own.",
        source: "Buades, Coll, Morel: A Non-Local Algorithm for Image Denoising, CVPR 2005; as a squeezer Xu, Evans, "
            + "Qi: Feature Squeezing, NDSS 2018, section III-B (OpenCV's fastNlMeansDenoising)",
        weaknesses: "Attacks that know it pass (He et al., WOOT 2017; backward-pass approximation); leaves textured "
            + "areas and perturbations larger than h alone, and blurs thin strokes on scans.",
        isRandomized: false, changesShape: false,
        parameters: [
            ParameterDescriptor(
                name: "search", kind: .integer(3...31), defaultValue: .integer(13),
                summary: "Side of the window that is searched in pixels, an odd number; the cost goes with its square."),
            ParameterDescriptor(
                name: "patch", kind: .integer(1...9), defaultValue: .integer(3),
                summary: "Side of the neighbourhoods that are compared in pixels, an odd number."),
            ParameterDescriptor(
                name: "h", kind: .real(0.1...100), defaultValue: .real(2),
                summary: "Strength in levels of 255: about the noise that is to go."),
        ])

    private let kernel: NonLocalMeansKernel
    private let effort: Double

    /// Takes what the descriptor lists; both sides must be odd.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        let values = try Self.descriptor.check(parameters)
        let search = values.integer("search")
        let patch = values.integer("patch")
        for (name, value, range) in [("search", search, "3 to 31"), ("patch", patch, "1 to 9")] where value % 2 == 0 {
            throw .parameter(
                defense: Self.descriptor.name, name: name, allowed: "an odd whole number from \(range)")
        }
        effort = Double(search * search) / 169
        kernel = NonLocalMeansKernel(strength: values.real("h"), patch: patch, search: search)
    }

    /// In proportion to the places that are searched.
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
