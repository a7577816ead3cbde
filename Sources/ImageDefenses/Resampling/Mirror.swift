package import PixelCore
internal import PixelKernels

/// Mirrors the image left to right.
///
/// A test-time augmentation (A. Krizhevsky, I. Sutskever, G. Hinton, "ImageNet Classification with Deep Convolutional
/// Neural Networks", NeurIPS 2012, section 4.1): natural classes keep their label, a perturbation made for the other
/// orientation mostly does not. For copies that answers are compared on; never for text, where it changes the meaning.
package struct Mirror: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "mirror", family: .resampling,
        summary: "Mirrors the image left to right; for copies of photographs, never for text.",
        source:
            "Krizhevsky, Sutskever, Hinton: ImageNet Classification with Deep Convolutional Neural Networks, NeurIPS "
            + "2012, section 4.1",
        weaknesses:
            "An attacker who knows of it attacks both orientations at once (Athalye, Carlini, Wagner, ICML 2018: "
            + "expectation over transformations).",
        isRandomized: false, changesShape: false, parameters: [])

    /// Takes no parameters.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        _ = try Self.descriptor.check(parameters)
    }

    /// The result.
    package func workingBytes(for shape: PixelShape) -> Int { shape.sampleCount + 8 * shape.width }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        let shape = pixels.shape
        let cancellation = context.cancellation
        try context.replace(&pixels) { source, output in
            GeometryKernel.mirror(source, into: &output, shape: shape, cancellation: cancellation)
        }
    }
}
