package import PixelCore
internal import PixelKernels

/// Removes specks of ink, and holes in ink, by the area of connected components.
///
/// Ink is what is darker than the threshold, by luma where the image has colours. Components of ink (eight neighbours)
/// of at most `specks` pixels take the mean of the paper that touches them; then components of paper (four neighbours)
/// of at most `holes` pixels take the mean of the ink that touches them. `SpeckRemover` has the exact rules. The labels
/// are those of `scipy.ndimage.label`; area filters remove by the same rule in `skimage.morphology`'s
/// `remove_small_objects`.
package struct Despeckle: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "despeckle", family: .document,
        summary: "Removes specks of ink, and holes in ink, up to an area.",
        source: "Area opening: Vincent, Grayscale area openings and closings, EURASIP Workshop on Mathematical "
            + "Morphology, 1993; labels as scipy.ndimage.label",
        weaknesses: "Blind to pixels changed along the edge of a stroke (Balkanski et al., Adversarial Attacks on "
            + "Binary Image Recognition Systems, 2020, SCAR): those belong to the stroke. Removes dots and commas that "
            + "are as small as specks.",
        isRandomized: false, changesShape: false,
        parameters: [
            ParameterDescriptor(
                name: "specks", kind: .integer(0...SpeckRemover.largestAreaLimit), defaultValue: .integer(4),
                summary: "Largest area in pixels of a component of ink that is removed; 0 removes none."),
            ParameterDescriptor(
                name: "holes", kind: .integer(0...SpeckRemover.largestAreaLimit), defaultValue: .integer(0),
                summary: "Largest area in pixels of a hole in ink that is filled; 0 fills none."),
            ParameterDescriptor(
                name: "threshold", kind: .integer(1...255), defaultValue: .integer(128),
                summary: "Pixels of a lower level are ink."),
        ])

    private let specks: Int
    private let holes: Int
    private let threshold: Int

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        let checked = try Self.descriptor.check(parameters)
        specks = checked.integer("specks")
        holes = checked.integer("holes")
        threshold = checked.integer("threshold")
    }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        let shape = pixels.shape
        let cancellation = context.cancellation
        try context.replace(&pixels) { source, output in
            for i in 0..<source.count { output[i] = source[i] }
            return SpeckRemover.remove(
                .ink, from: &output, shape: shape, threshold: threshold, largestArea: specks,
                cancellation: cancellation)
                && SpeckRemover.remove(
                    .paper, from: &output, shape: shape, threshold: threshold, largestArea: holes,
                    cancellation: cancellation)
        }
    }
}
