package import PixelCore
internal import PixelKernels

/// Rebuilds, at full size, the pixels that the model's scaler will read from those that it will not.
///
/// Quiring, Klein, Arp, Johns, Rieck, "Adversarial Preprocessing: Understanding and Preventing Image-Scaling Attacks in
/// Machine Learning", USENIX Security 2020, section 5.2, the selective median filter. Which pixels a scaler reads is
/// computed from its weights along each axis. Each of them becomes, channel by channel, the median of the pixels not
/// read within floor(height / model height) rows and floor(width / model width) columns, of an even count the lower
/// middle; the window ends at the image's edge. An image that is no larger than the model's in either axis is left
/// alone, and so is a pixel whose window is read completely: with OpenCV's bilinear below a ratio of 2 and bicubic below 4,
/// and with Pillow's filters, which read everything.
///
/// The paper's other filter, which puts a random unread pixel there, is left out: it roughens the image more, and a
/// defense that draws nothing can be checked pixel by pixel.
package struct ScalerReconstruction: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "scaler-reconstruction", family: .resampling,
        summary:
            "Replaces the pixels that the model's scaler reads by the median of those around them that it does not.",
        source: "Quiring, Klein, Arp, Johns, Rieck: Adversarial Preprocessing, USENIX Security 2020, section 5.2",
        weaknesses: "Protects the declared scaler and model size alone; an adaptive attack also changes the pixels "
            + "around, at the price of a visible target; ratios below 2 leave little to rebuild from. Area scaling "
            + "needs none of it.",
        isRandomized: false, changesShape: false,
        parameters: [
            ParameterDescriptor(
                name: "width", kind: .integer(1...65_535), defaultValue: .integer(224),
                summary: "Columns of the model's input."),
            ParameterDescriptor(
                name: "height", kind: .integer(1...65_535), defaultValue: .integer(224),
                summary: "Rows of the model's input."),
            ParameterDescriptor(
                name: "method", kind: .choice(["nearest", "bilinear", "bicubic"]), defaultValue: .text("bilinear"),
                summary: "What the model's scaler does."),
            ParameterDescriptor(
                name: "convention", kind: .choice(Resampler.Convention.allCases.map(\.rawValue)),
                defaultValue: .text("opencv"),
                summary: "Whose pixel positions it uses: those of OpenCV or of Pillow."),
        ])

    private let width: Int
    private let height: Int
    private let method: Resampler.Method
    private let convention: Resampler.Convention

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        let checked = try Self.descriptor.check(parameters)
        width = checked.integer("width")
        height = checked.integer("height")
        method = Resampler.Method(rawValue: checked.text("method")) ?? .bilinear
        convention = Resampler.Convention(rawValue: checked.text("convention")) ?? .opencv
    }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        let cancellation = context.cancellation
        if cancellation.isRaised { throw .cancelled }
        let shape = pixels.shape
        if shape.width <= width, shape.height <= height { return }
        let median = SelectiveMedian(
            shape: shape,
            isRowRead: ScalerReads.positions(
                source: shape.height, destination: height, method: method, convention: convention),
            isColumnRead: ScalerReads.positions(
                source: shape.width, destination: width, method: method, convention: convention),
            reach: (rows: shape.height / height, columns: shape.width / width))
        try context.replace(&pixels) { source, output in
            median.rebuild(source, into: &output, cancellation: cancellation)
        }
    }
}
