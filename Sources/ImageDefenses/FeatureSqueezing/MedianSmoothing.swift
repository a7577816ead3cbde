package import PixelCore
internal import PixelKernels

/// Replaces every sample by the median of its k×k neighbourhood, k = 2...9, channels apart.
///
/// Xu, Evans, Qi, "Feature Squeezing", NDSS 2018, section III. Border, rank and the side an even window leans to are
/// those of `scipy.ndimage.median_filter(mode="reflect")`, which EvadeML-Zoo and ART use; OpenCV and AdverTorch differ.
package struct MedianSmoothing: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "median", family: .featureSqueezing,
        summary: "Replaces every sample by the median of its neighbourhood.",
        source: "Xu, Evans, Qi: Feature Squeezing, NDSS 2018, section III; scipy.ndimage.median_filter, mode reflect",
        weaknesses: "Adaptive attacks (He et al., WOOT 2017); on bitonal text it eats thin strokes and keeps "
            + "perturbations that hug a stroke's edge.",
        isRandomized: false, changesShape: false,
        parameters: [
            ParameterDescriptor(
                name: "window", kind: .integer(2...9), defaultValue: .integer(2),
                summary: "Side of the neighbourhood in pixels; an even one reaches up and left."),
            ParameterDescriptor(
                name: "rank", kind: .choice(["upper", "lower"]), defaultValue: .text("upper"),
                summary: "Which of the two middle values an even window yields: upper as scipy; lower does to dark ink "
                    + "on paper what upper does to bright ink on black."),
        ])

    private let window: Int
    private let rank: MedianKernel.Rank

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        let values = try Self.descriptor.check(parameters)
        window = values.integer("window")
        rank = values.text("rank") == "lower" ? .lower : .upper
    }

    /// As measured: windows of 4 and more count or sort many values.
    package var relativeCost: Double {
        [2: 1, 3: 1.5, 4: 5, 5: 6, 6: 20, 7: 25, 8: 50, 9: 60][window] ?? 1
    }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        let cancellation = context.cancellation
        let shape = pixels.shape
        try context.replace(&pixels) { source, output in
            MedianKernel.smooth(
                source, into: &output, shape: shape, window: window, rank: rank,
                cancellation: cancellation)
        }
    }
}
