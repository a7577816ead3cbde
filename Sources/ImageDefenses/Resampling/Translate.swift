package import PixelCore
internal import PixelKernels

/// Shifts the image by whole pixels; the edge is mirrored in.
///
/// Output (x, y) is input (x + dx, y + dy), borders as OpenCV's `BORDER_REFLECT_101`. After C. Xie, J. Wang, Z. Zhang,
/// Z. Ren, A. Yuille, "Mitigating Adversarial Effects Through Randomization", ICLR 2018, whose padding is a random shift;
/// here fixed, for copies that answers are compared on. An odd shift moves the image on the grid of a network's strides.
package struct Translate: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "translate", family: .resampling, summary: "Shifts the image by whole pixels, mirrored at the edge.",
        source:
            "Xie, Wang, Zhang, Ren, Yuille: Mitigating Adversarial Effects Through Randomization, ICLR 2018 (the shift "
            + "alone, fixed)",
        weaknesses: "A model that is indifferent to shifts makes the perturbation so too; an attacker who knows of it "
            + "averages over shifts (Athalye, Carlini, Wagner, ICML 2018).",
        isRandomized: false, changesShape: false,
        parameters: [
            ParameterDescriptor(
                name: "dx", kind: .integer(-64...64), defaultValue: .integer(1), summary: "Columns to the left."),
            ParameterDescriptor(
                name: "dy", kind: .integer(-64...64), defaultValue: .integer(1), summary: "Rows upwards."),
        ])

    private let dx: Int
    private let dy: Int

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        let checked = try Self.descriptor.check(parameters)
        dx = checked.integer("dx")
        dy = checked.integer("dy")
    }

    /// The result.
    package func workingBytes(for shape: PixelShape) -> Int { shape.sampleCount + 8 * shape.width }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        let shape = pixels.shape
        let cancellation = context.cancellation
        try context.replace(&pixels) { source, output in
            GeometryKernel.translate(
                source, into: &output, shape: shape, dx: dx, dy: dy, cancellation: cancellation)
        }
    }
}
