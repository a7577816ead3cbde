package import PixelCore

/// Fills gaps in ink that the window does not fit into: holes, breaks and dents of strokes.
///
/// Grey morphology with a flat square, channels apart (`MorphologyKernel`). A closing of dark ink is an opening of
/// levels: the erosion first. Where we differ from OpenCV's `morphologyEx`: the second pass reflects the window, as
/// scipy does, so that even windows do not move the image.
package struct InkClosing: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "closing", family: .document,
        summary: "Fills gaps in ink narrower than the window.",
        source: "Serra: Image Analysis and Mathematical Morphology, Academic Press, 1982; scipy.ndimage.grey_closing "
            + "and grey_opening",
        weaknesses:
            "Joins strokes that stand closer than the window and fills small letters; ink that was added stays.",
        isRandomized: false, changesShape: false, parameters: InkMorphology.parameters)

    private let morphology: InkMorphology

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        morphology = InkMorphology(.gaps, try Self.descriptor.check(parameters))
    }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        try morphology.apply(to: &pixels, context: &context)
    }
}
