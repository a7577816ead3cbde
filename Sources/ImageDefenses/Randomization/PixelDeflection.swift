package import PixelCore

/// Replaces samples at random places by others from their neighbourhood.
///
/// Prakash, Moran, Garber, DiLillo, Storer, "Deflecting Adversarial Attacks with Pixel Deflection", CVPR 2018, without the
/// class activation map, which asks for the model's weights. As the authors' code does, one round draws for each channel
/// its own target and source and copies that channel alone, each copy counts, rounds go on until the count is reached (so
/// 200 on RGB are 201 copies), and later copies see earlier ones. Where we differ: the source is uniform over the part of
/// the window inside the image, where the authors draw again until it is inside, which is the same but for their leaving
/// out row 0 and column 0; and no wavelet denoising follows: add it to the pipeline as its own step. Draws of each copy,
/// in this order: target row, target column, source row, source column.
package struct PixelDeflection: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "pixel-deflection", family: .randomization,
        summary: "Replaces samples at random places by others nearby.",
        source: "Prakash, Moran, Garber, DiLillo, Storer: Deflecting Adversarial Attacks with Pixel Deflection, "
            + "CVPR 2018, without the activation map",
        weaknesses: "Athalye, Carlini: On the Robustness of the CVPR 2018 White-Box Adversarial Example Defenses, "
            + "2018: 0 % left. Changes few pixels: 200 of 50,000 at 224×224; dense perturbations stay.",
        isRandomized: true, changesShape: false,
        parameters: [
            ParameterDescriptor(
                name: "deflections", kind: .integer(1...100_000), defaultValue: .integer(200),
                summary: "Samples that are replaced, whatever the size of the image."),
            ParameterDescriptor(
                name: "window", kind: .integer(1...255), defaultValue: .integer(10),
                summary: "Farthest row and column of a source, in pixels either way."),
        ])

    private let deflections: Int
    private let window: Int

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        let checked = try Self.descriptor.check(parameters)
        deflections = checked.integer("deflections")
        window = checked.integer("window")
    }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        // In place and not stopped half-way: a hundred thousand copies take some tens of milliseconds.
        if context.cancellation.isRaised { throw .cancelled }
        let shape = pixels.shape
        var generator = context.generator
        pixels.withMutableSamples { samples in
            var copies = 0
            while copies < deflections {
                for c in 0..<shape.channels {
                    let row = Int(generator.below(UInt32(shape.height)))
                    let column = Int(generator.below(UInt32(shape.width)))
                    let sourceRow = near(row, below: shape.height, &generator)
                    let sourceColumn = near(column, below: shape.width, &generator)
                    samples[(row * shape.width + column) * shape.channels + c] =
                        samples[(sourceRow * shape.width + sourceColumn) * shape.channels + c]
                    copies += 1
                }
            }
        }
        context.generator = generator
    }

    /// A position within the window of `position` and inside `0..<bound`.
    private func near(_ position: Int, below bound: Int, _ generator: inout ChaChaGenerator) -> Int {
        let first = max(0, position - window)
        let last = min(bound - 1, position + window)
        return first + Int(generator.below(UInt32(last - first + 1)))
    }
}
