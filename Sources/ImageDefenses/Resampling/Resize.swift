package import PixelCore
internal import PixelKernels

/// Resizes to a fixed width and height by a method of OpenCV or Pillow, sample for sample as they do; see `Resampler`.
///
/// For a model that was trained behind a certain scaler: the proxy scales as the training did, and what is inspected is
/// what the model sees. The choice of method decides whether an image-scaling attack works (Xiao, Chen, Shen, Chen, Li,
/// "Seeing is Not Believing: Camouflage Attacks on Image Scaling Algorithms", USENIX Security 2019): `area`, and
/// Pillow's filters other than nearest, read every pixel; the others read a few, and want `scaler-reconstruction` before.
package struct Resize: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "resize", family: .resampling,
        summary: "Resizes to a fixed size as OpenCV or Pillow does.",
        source: "Quiring, Klein, Arp, Johns, Rieck: Adversarial Preprocessing, USENIX Security 2020, section 5; "
            + "OpenCV 5 resize, Pillow 13 Image.resize",
        weaknesses:
            "Nearest in both conventions, and OpenCV's bilinear, bicubic and lanczos, read few pixels of a large "
            + "image: image-scaling attacks go through. Any method keeps perturbations of low frequency.",
        isRandomized: false, changesShape: true,
        parameters: [
            ParameterDescriptor(
                name: "width", kind: .integer(1...65_535), defaultValue: .integer(224),
                summary: "Columns of the result."),
            ParameterDescriptor(
                name: "height", kind: .integer(1...65_535), defaultValue: .integer(224),
                summary: "Rows of the result."),
            ParameterDescriptor(
                name: "method", kind: .choice(Resampler.Method.allCases.map(\.rawValue)), defaultValue: .text("area"),
                summary: "How a pixel of the result comes from those of the image."),
            ParameterDescriptor(
                name: "convention", kind: .choice(Resampler.Convention.allCases.map(\.rawValue)),
                defaultValue: .text("opencv"),
                summary: "Whose pixel positions and rounding: those of OpenCV 5 or of Pillow 13."),
        ])

    /// The most pixels a result may have.
    private static let largestPixels = 50_000_000
    private let width: Int
    private let height: Int
    private let method: Resampler.Method
    private let convention: Resampler.Convention

    /// Takes what the descriptor lists. Throws `.shape` when the result would have more than 50 million pixels.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        let checked = try Self.descriptor.check(parameters)
        width = checked.integer("width")
        height = checked.integer("height")
        method = Resampler.Method(rawValue: checked.text("method")) ?? .area
        convention = Resampler.Convention(rawValue: checked.text("convention")) ?? .opencv
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
            let resampler = Resampler(from: source, to: destination, method: method, convention: convention)
        else { throw .shape(defense: Self.descriptor.name, width: source.width, height: source.height) }
        let cancellation = context.cancellation
        try context.replace(&pixels, shape: destination) { samples, output in
            resampler.resize(samples, into: &output, cancellation: cancellation)
        }
    }
}
