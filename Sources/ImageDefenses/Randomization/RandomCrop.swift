package import PixelCore
internal import PixelKernels

/// Cuts a rectangle of the image's own proportions out at a random place and enlarges it to the original size.
///
/// Guo, Rana, Cissé, van der Maaten, "Countering Adversarial Images using Input Transformations", ICLR 2018, section 4.1.
/// Where we differ: they average 30 crops of 90 of 224 pixels; here one call gives one crop, by default of 90 percent of
/// each side. Sides are rounded to whole pixels (at least 1). Draws, in this order: the rows above, the columns to the
/// left. Enlarged as OpenCV's `INTER_LINEAR` does (`Resampler`). A crop of the whole image draws nothing.
package struct RandomCrop: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "random-crop", family: .randomization,
        summary: "Cuts a rectangle out at a random place and enlarges it to the original size.",
        source: "Guo, Rana, Cissé, van der Maaten: Countering Adversarial Images using Input Transformations, "
            + "ICLR 2018, section 4.1",
        weaknesses: "A small family of places, undone by averaging over draws (Athalye, Carlini, Wagner, ICML 2018: "
            + "0 % left); what is near the border may be cut off.",
        isRandomized: true, changesShape: false,
        parameters: [
            ParameterDescriptor(
                name: "percent", kind: .integer(10...100), defaultValue: .integer(90),
                summary: "Sides of the crop in percent of the image's.")
        ])

    private let percent: Int

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        percent = try Self.descriptor.check(parameters).integer("percent")
    }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        let shape = pixels.shape
        guard
            let crop = PixelShape(
                width: side(shape.width), height: side(shape.height), channels: shape.channels),
            let resampler = Resampler(from: crop, to: shape, method: .bilinear, convention: .opencv)
        else { throw .shape(defense: Self.descriptor.name, width: shape.width, height: shape.height) }
        if crop == shape { return }
        var generator = context.generator
        let top = Int(generator.below(UInt32(shape.height - crop.height + 1)))
        let left = Int(generator.below(UInt32(shape.width - crop.width + 1)))
        let cancellation = context.cancellation
        var cut = context.buffers.takeBytes(crop.sampleCount)
        defer { context.buffers.give(cut) }
        try context.replace(&pixels) { source, output in
            if cancellation.isRaised { return false }
            Self.cut(crop, of: source, shape, top: top, left: left, into: &cut)
            return resampler.resize(cut.span, into: &output, cancellation: cancellation)
        }
        context.generator = generator
    }

    private func side(_ pixels: Int) -> Int { max(1, (pixels * percent + 50) / 100) }

    private static func cut(
        _ crop: PixelShape, of source: Span<UInt8>, _ shape: PixelShape, top: Int, left: Int, into cut: inout [UInt8]
    ) {
        let length = crop.rowSamples
        var target = cut.mutableSpan
        for y in 0..<crop.height {
            let start = (top + y) * shape.rowSamples + left * shape.channels
            let row = source.extracting(start..<start + length)
            var out = target._mutatingExtracting(y * length..<(y + 1) * length)
            for i in 0..<length { out[i] = row[i] }
        }
    }
}
