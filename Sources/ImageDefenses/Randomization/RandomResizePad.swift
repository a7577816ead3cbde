package import PixelCore
internal import PixelKernels

/// Shrinks the image a little by area and places it at random on a canvas of the original size.
///
/// Xie, Wang, Zhang, Ren, Yuille, "Mitigating Adversarial Effects Through Randomization", ICLR 2018. Where we differ:
/// the paper enlarges 299 pixels to 310...330 by nearest neighbour on a canvas of 331; a model behind a proxy takes one
/// size, so we shrink. The longer side S becomes r, uniform in ceil(S·percent/100)..<S, the shorter one keeps the ratio
/// (rounded, at least 1). Draws, in this order: r, the free rows above, the free columns to the left. An image whose S
/// leaves no r (S below 10 at 90 %) passes unchanged and draws nothing.
package struct RandomResizePad: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "random-resize-pad", family: .randomization,
        summary: "Shrinks the image by a random amount and pads it back to its size at a random place.",
        source: "Xie, Wang, Zhang, Ren, Yuille: Mitigating Adversarial Effects Through Randomization, ICLR 2018",
        weaknesses:
            "A small family of placements, undone by averaging over draws (Athalye, Carlini, Wagner, ICML 2018: "
            + "0 % left); no help against large perturbations and patches.",
        isRandomized: true, changesShape: false,
        parameters: [
            ParameterDescriptor(
                name: "smallest_percent", kind: .integer(50...99), defaultValue: .integer(90),
                summary: "Smallest size of the longer side, in percent of its own."),
            ParameterDescriptor(
                name: "fill", kind: .integer(0...255), defaultValue: .integer(128),
                summary: "Level of every channel outside the shrunk image."),
        ])

    private let smallestPercent: Int
    private let fill: UInt8

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        let checked = try Self.descriptor.check(parameters)
        smallestPercent = checked.integer("smallest_percent")
        fill = UInt8(checked.integer("fill"))
    }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        let shape = pixels.shape
        let longer = max(shape.width, shape.height)
        guard longer <= AreaResampler.largestSide else {
            throw .shape(defense: Self.descriptor.name, width: shape.width, height: shape.height)
        }
        let smallest = (longer * smallestPercent + 99) / 100
        if smallest >= longer { return }
        var generator = context.generator
        let size = smallest + Int(generator.below(UInt32(longer - smallest)))
        guard let inner = Self.scaled(shape, longer: longer, to: size),
            let resampler = AreaResampler(from: shape, to: inner)
        else { throw .shape(defense: Self.descriptor.name, width: shape.width, height: shape.height) }
        let top = Int(generator.below(UInt32(shape.height - inner.height + 1)))
        let left = Int(generator.below(UInt32(shape.width - inner.width + 1)))
        let cancellation = context.cancellation
        // On error the pixels are to be untouched: what is replaced here is a copy that shares their samples.
        var shrunk = pixels.copy()
        let owned = context.ownsSamples
        context.ownsSamples = false
        defer { context.ownsSamples = owned }
        try context.replace(&shrunk, shape: inner) { source, output in
            resampler.resize(source, into: &output, cancellation: cancellation)
        }
        pixels = Self.place(shrunk, on: PixelBuffer(shape: shape, filledWith: fill), top: top, left: left)
        context.buffers.give(shrunk.takeSamples())
        context.generator = generator
    }

    private static func scaled(_ shape: PixelShape, longer: Int, to size: Int) -> PixelShape? {
        func side(_ length: Int) -> Int { max(1, (2 * length * size + longer) / (2 * longer)) }
        return PixelShape(width: side(shape.width), height: side(shape.height), channels: shape.channels)
    }

    private static func place(
        _ image: borrowing PixelBuffer, on canvas: consuming PixelBuffer, top: Int, left: Int
    ) -> PixelBuffer {
        let length = image.shape.rowSamples
        let canvasLength = canvas.shape.rowSamples
        let indent = left * image.shape.channels
        let height = image.shape.height
        image.withSamples { source in
            canvas.withMutableSamples { output in
                for y in 0..<height {
                    let row = source.extracting(y * length..<(y + 1) * length)
                    let start = (top + y) * canvasLength + indent
                    var target = output._mutatingExtracting(start..<start + length)
                    for i in 0..<length { target[i] = row[i] }
                }
            }
        }
        return canvas
    }
}
