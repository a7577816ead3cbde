package import PixelCore
package import PixelKernels

/// Turns every sample white or black by one fixed threshold, channels apart: 255 where it is greater, otherwise 0.
///
/// Xu, Evans, Qi, "Feature Squeezing", NDSS 2018 (`binary_filter` of EvadeML-Zoo: a sample equal to the threshold turns
/// black). At the default threshold the same as `bit-depth(1)`. A colour image keeps up to eight colours.
package struct FixedBinarization: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "binarize", family: .featureSqueezing,
        summary: "Turns every sample white where it is greater than a fixed threshold, otherwise black.",
        source: "Xu, Evans, Qi: Feature Squeezing, NDSS 2018; EvadeML-Zoo binary_filter_py",
        weaknesses: "Keeps every change that crosses the threshold: grey noise of ±2 levels flips 1 % of a page's "
            + "pixels, ±32 a sixth; SCAR (Balkanski et al., 2020) attacks what has been binarized; adaptive attacks "
            + "(He et al., WOOT 2017).",
        isRandomized: false, changesShape: false,
        parameters: [
            ParameterDescriptor(
                name: "threshold", kind: .integer(0...254), defaultValue: .integer(127),
                summary: "The highest level that turns black.")
        ])

    private let threshold: UInt8

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        threshold = UInt8(try Self.descriptor.check(parameters).integer("threshold"))
    }

    /// A point operation.
    package var pointTable: PointTable? {
        PointTable { $0 > threshold ? 255 : 0 }
    }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        let cancellation = context.cancellation
        try context.replace(&pixels) { source, output in
            BinarizationKernel.binarize(source, into: &output, threshold: threshold, cancellation: cancellation)
        }
    }
}
