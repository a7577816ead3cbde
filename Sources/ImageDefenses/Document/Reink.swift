package import PixelCore
internal import PixelKernels

/// Draws the ink of a scan anew in pure black and white, with thicker, thinner or softer strokes.
///
/// For copies that answers are compared on: whatever is not ink or paper is gone, and a stroke that a few pixels changed
/// reads otherwise when it is drawn thicker or thinner. Binarization as bit depth 1 of Xu, Evans, Qi, "Feature Squeezing",
/// NDSS 2018; dilation, rank filter and area means as in J. Serra, "Image Analysis and Mathematical Morphology", 1982. The
/// two windows lean to opposite sides, so that together they do not move the page.
package struct Reink: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "reink", family: .document,
        summary: "Draws ink anew in black and white, with thicker, thinner or softer strokes; for copies.",
        source:
            "After Xu, Evans, Qi: Feature Squeezing, NDSS 2018; Serra: Image Analysis and Mathematical Morphology, 1982",
        weaknesses:
            "Boundary flips that hold under all three strokes; ink fainter than level 128 is lost, and paper darker "
            + "than it becomes ink.",
        isRandomized: false, changesShape: false,
        parameters: [
            ParameterDescriptor(
                name: "stroke", kind: .choice(ReinkKernel.Stroke.allCases.map(\.rawValue)),
                defaultValue: .text("thick"),
                summary: "How strokes are drawn: one pixel thicker, thinner, or with grey edges.")
        ])

    private let stroke: ReinkKernel.Stroke

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        stroke = ReinkKernel.Stroke(rawValue: try Self.descriptor.check(parameters).text("stroke")) ?? .thick
    }

    /// The result, the ink and the blocks.
    package func workingBytes(for shape: PixelShape) -> Int { shape.sampleCount + 2 * shape.pixelCount }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        let shape = pixels.shape
        let cancellation = context.cancellation
        try context.replace(&pixels) { source, output in
            ReinkKernel.draw(source, into: &output, shape: shape, stroke: stroke, cancellation: cancellation)
        }
    }
}
