package import PixelCore

/// Removes marks of ink that the window does not fit into: specks, hairs and spurs on strokes.
///
/// Grey morphology with a flat square, channels apart (`MorphologyKernel`). An opening of dark ink is a closing of
/// levels: the dilation first. Where we differ from OpenCV's `morphologyEx`: the second pass reflects the window, as
/// scipy does, so that even windows do not move the image.
package struct InkOpening: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "opening", family: .document,
        summary: "Removes marks of ink narrower than the window.",
        source: "Serra: Image Analysis and Mathematical Morphology, Academic Press, 1982; scipy.ndimage.grey_opening "
            + "and grey_closing",
        weaknesses: "Removes strokes thinner than the window with the specks, so never on thin text; ink added in the "
            + "window's own shape stays.",
        isRandomized: false, changesShape: false, parameters: InkMorphology.parameters)

    private let morphology: InkMorphology

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        morphology = InkMorphology(.marks, try Self.descriptor.check(parameters))
    }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        try morphology.apply(to: &pixels, context: &context)
    }
}
