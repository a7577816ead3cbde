import ImageDefenses

/// One thing whose effect is measured: a pipeline, and what the reference calls the same.
struct RecoverySubject {
    /// What it is called in tables.
    let title: String
    /// What is applied.
    let pipeline: DefensePipeline
    /// The reference's row for the same defense; nil where it has none.
    let reference: String?
    /// True for what takes ink to be darker than paper: images of bright ink are then turned to their negative, and back.
    var takesDarkInk = false

    /// The defenses that the reference measured too, by short form.
    private static let referenced = [
        ("bit-depth(1)", "ART FeatureSqueezing bit_depth=1"), ("bit-depth(3)", "ART FeatureSqueezing bit_depth=3"),
        ("bit-depth(4)", "ART FeatureSqueezing bit_depth=4"), ("bit-depth(5)", "ART FeatureSqueezing bit_depth=5"),
        ("median(2)", "ART SpatialSmoothing window=2"), ("median(3)", "ART SpatialSmoothing window=3"),
        ("jpeg(75)", "ART JpegCompression q=75"), ("jpeg(50)", "ART JpegCompression q=50"),
        ("nl-means(13,3,2)", "NLM 13-3-2 (OpenCV, EvadeML)"), ("nl-means(13,3,4)", "NLM 13-3-4 (OpenCV, EvadeML)"),
        ("random-resize-pad", "random resize-pad (Xie), seed 0"),
        ("total-variation(0.05)", "TV Chambolle w=.05 (scikit-image)"),
        ("total-variation(0.1)", "TV Chambolle w=.1 (scikit-image)"),
        ("total-variation-minimization(0.3,0.03)", "ART TotalVarMin prob=.3 lamb=.5 (subset)"),
    ]

    /// No defense, the recommended pipelines, what the reference measured, and every other defense of the catalogue with
    /// default parameters. A short form that this build does not know is left out.
    static func all() throws -> [RecoverySubject] {
        var subjects = [
            RecoverySubject(title: "none", pipeline: DefensePipeline(name: "none", steps: []), reference: "none")
        ]
        for proposal in RecommendedPipeline.all {
            let pipeline = try proposal.pipeline()
            let title = "\(proposal.name): \(proposal.steps.joined(separator: " + "))"
            subjects.append(
                RecoverySubject(
                    title: title, pipeline: pipeline, reference: nil,
                    takesDarkInk: proposal.name == "document" || takesDarkInk(pipeline)))
        }
        var seen: Set<String> = []
        let defaults = DefenseCatalogue.descriptors.map { ($0.name, nil as String?) }
        for (form, reference) in referenced.map({ ($0.0, $0.1 as String?) }) + defaults {
            guard let pipeline = try? DefenseCatalogue.pipeline(form), seen.insert(pipeline.name).inserted else {
                continue
            }
            subjects.append(
                RecoverySubject(
                    title: reference == nil ? pipeline.name : form, pipeline: pipeline, reference: reference,
                    takesDarkInk: takesDarkInk(pipeline)))
        }
        return subjects
    }

    private static func takesDarkInk(_ pipeline: DefensePipeline) -> Bool {
        pipeline.steps.contains { step in
            let descriptor = type(of: step.defense).descriptor
            return descriptor.family == .document || descriptor.name == "sauvola"
        }
    }
}
