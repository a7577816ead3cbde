/// A pipeline that we propose for one kind of image.
///
/// The families are from the literature. Total variation stands in `high-security`, and the lower middle value in
/// `document`, since reference figures for other implementations of them were known; nothing was searched for on the
/// images that the tables report.
package struct RecommendedPipeline: Sendable {
    /// What it is called in tables and documents.
    package let name: String
    /// Short forms, applied first to last.
    package let steps: [String]
    /// What it is for, and what it costs.
    package let purpose: String

    /// Every proposal. `make evaluate` measures them; docs/evaluation.md tells what came of it.
    package static let all = [
        RecommendedPipeline(
            name: "photo", steps: ["median(2)", "jpeg(75)"],
            purpose:
                "Photographs on a route that must stay cheap and keep its clean accuracy: the strongest squeezer of "
                + "Xu, Evans, Qi (NDSS 2018), then recompression (Das et al. 2017)."),
        RecommendedPipeline(
            name: "document", steps: ["bit-depth(1)", "median(2,lower)"],
            purpose:
                "Dark print and handwriting on paper: grey levels, where most perturbations of text live, are gone "
                + "before the model sees them, then lone pixels. Nothing for photographs."),
        RecommendedPipeline(
            name: "high-security", steps: ["total-variation(0.05)", "random-resize-pad"],
            purpose: "Where a wrong answer costs more than several right ones that are lost: strong smoothing, then a "
                + "placement that the attacker cannot foresee. Costs clean accuracy; measure it on your model first."),
    ]

    /// The pipeline, named as the proposal is. Throws as `DefenseCatalogue.parse` does.
    package func pipeline() throws(DefenseError) -> DefensePipeline {
        var made: [any Defense] = []
        for step in steps { made.append(try DefenseCatalogue.parse(step)) }
        return DefensePipeline(name: name, steps: made)
    }
}
