package import PixelCore
internal import PixelKernels

/// Resizes to a fixed width and height: by area where an axis shrinks, linearly where it grows.
///
/// The prevention of Quiring, Klein, Arp, Johns, Rieck, "Adversarial Preprocessing", USENIX Security 2020, section 5:
/// every source pixel counts, so none can be planted for a scaler that reads a few. Equals OpenCV's `INTER_AREA` when
/// both axes shrink, but for its single-precision sums; ours are exact, rounded half to even once. OpenCV interpolates
/// both axes when one of them grows; we decide each axis on its own.
package struct AreaResize: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "area-resize", family: .resampling,
        summary: "Resizes to a fixed size, averaging over all source pixels.",
        source: "Quiring, Klein, Arp, Johns, Rieck: Adversarial Preprocessing, USENIX Security 2020, section 5; "
            + "OpenCV INTER_AREA",
        weaknesses: "Stops image-scaling attacks alone; the mean keeps any perturbation of low frequency.",
        isRandomized: false, changesShape: true,
        parameters: [
            ParameterDescriptor(
                name: "width", kind: .integer(1...65_535), defaultValue: .integer(224),
                summary: "Columns of the result."),
            ParameterDescriptor(
                name: "height", kind: .integer(1...65_535), defaultValue: .integer(224),
                summary: "Rows of the result."),
        ])

    /// The most pixels a result may have.
    private static let largestPixels = 50_000_000
    private let width: Int
    private let height: Int

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        let checked = try Self.descriptor.check(parameters)
        width = checked.integer("width")
        height = checked.integer("height")
        guard width * height <= Self.largestPixels else {
            throw .shape(defense: Self.descriptor.name, width: width, height: height)
        }
    }

    /// The result, and a few rows.
    package func workingBytes(for shape: PixelShape) -> Int {
        2 * width * height * shape.channels + 16 * shape.rowSamples
    }

    /// The size that it was given.
    package func outputShape(for shape: PixelShape) -> PixelShape {
        PixelShape(width: width, height: height, channels: shape.channels) ?? shape
    }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        let source = pixels.shape
        if source.width == width, source.height == height { return }
        guard let destination = PixelShape(width: width, height: height, channels: source.channels),
            let resampler = AreaResampler(from: source, to: destination)
        else { throw .shape(defense: Self.descriptor.name, width: source.width, height: source.height) }
        let cancellation = context.cancellation
        try context.replace(&pixels, shape: destination) { samples, output in
            resampler.resize(samples, into: &output, cancellation: cancellation)
        }
    }
}
