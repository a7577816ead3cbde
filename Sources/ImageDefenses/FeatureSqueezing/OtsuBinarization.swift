package import PixelCore
internal import PixelKernels

/// Turns every pixel white or black by the threshold that splits the image's own histogram best.
///
/// Otsu, "A Threshold Selection Method from Gray-Level Histograms", IEEE Transactions on Systems, Man, and Cybernetics
/// 9(1), 1979, as OpenCV's `THRESH_OTSU`: white where the level is greater. The level of a colour pixel is its luma as
/// OpenCV's `COLOR_RGB2GRAY` rounds it, and all its channels turn the same. Of equally good thresholds the lowest is
/// taken; an image of one level has threshold 0.
package struct OtsuBinarization: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "otsu", family: .featureSqueezing,
        summary: "Turns every pixel white or black by Otsu's threshold of the image's luma.",
        source: "Otsu: A Threshold Selection Method from Gray-Level Histograms, IEEE Trans. SMC 9(1), 1979; OpenCV "
            + "THRESH_OTSU",
        weaknesses: "Whoever changes many pixels moves the threshold; uneven light blots out parts of a page; changes "
            + "that cross the threshold stay (grey noise of ±2 levels flips 1 % of a page's pixels); SCAR (Balkanski "
            + "et al., 2020) attacks what has been binarized.",
        isRandomized: false, changesShape: false,
        parameters: [
            ParameterDescriptor(
                name: "offset", kind: .integer(-64...64), defaultValue: .integer(0),
                summary: "Levels added to Otsu's threshold, the sum kept in 0...255: a copy at +5 or -5 shows whether "
                    + "an answer hangs on the threshold.")
        ])

    private let offset: Int

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        offset = try Self.descriptor.check(parameters).integer("offset")
    }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        let cancellation = context.cancellation
        let shape = pixels.shape
        try context.replaceByPlane(&pixels) { plane, output in
            guard let histogram = OtsuThreshold.histogram(of: plane, cancellation: cancellation) else { return false }
            let threshold = Int(OtsuThreshold.threshold(of: histogram)) + offset
            return BinarizationKernel.binarize(
                plane: plane, into: &output, shape: shape, threshold: UInt8(max(0, min(255, threshold))),
                cancellation: cancellation)
        }
    }
}
