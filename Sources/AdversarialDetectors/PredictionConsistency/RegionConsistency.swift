internal import ImageDefenses
package import PixelCore

/// The largest distance between the model's answer to the image and its answers with one region covered.
///
/// After McCoyd, Park, Chen, Shah, Roggenkemper, Hwang, Liu, Wagner, "Minority Reports Defense: Defending Against
/// Adversarial Patches", ACNS Workshops 2020, section 3: once the patch is covered, the answer that it caused is gone.
/// Where we differ: a few large regions in place of a grid of small ones, so that no model has to be trained for it; a
/// distance in place of a vote; and no certificate. The box is the region whose covering changes the answer most.
package struct RegionConsistency: Detector {
    /// What the catalogue prints.
    package static let descriptor = DetectorDescriptor(
        name: "region-consistency", version: 1, family: .predictionConsistency, tier: 1,
        summary: "Compares the model's answer to the image with its answers when one region is covered.",
        scoreMeaning:
            "Largest L1 distance between score vectors, 0...2; with `measure: log-odds` the largest fall of the "
            + "log-odds of the answer's class, 0...32.",
        source: "McCoyd et al.: Minority Reports Defense, ACNS Workshops 2020, section 3; "
            + "Zeiler, Fergus: Visualizing and Understanding Convolutional Networks, ECCV 2014, section 4.2",
        weaknesses:
            "Sees local attacks alone, and those that no region covers only in part; covering the depicted object "
            + "changes honest answers too, so that small images and models that were not trained with parts missing hide "
            + "much. Several patches in different regions outvote any one of them.",
        findings: [],
        parameters: [
            ParameterDescriptor(
                name: "regions", kind: .pipelines,
                defaultValue: .list([
                    "occlude(0,0,50,50)", "occlude(50,0,50,50)", "occlude(0,50,50,50)", "occlude(50,50,50,50)",
                ]),
                summary: "Boxes to cover, each `occlude` in short form, one copy each; the quadrants by default."),
            ParameterDescriptor(
                name: "measure", kind: .choice(AnswerMeasure.words), defaultValue: .text(AnswerMeasure.l1.rawValue),
                summary: "What is compared: whole score vectors, or the log-odds of the answer's class."),
        ])

    private let regions: [DefensePipeline]
    private let covers: [Occlusion]
    private let measure: AnswerMeasure

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DetectorError) {
        let checked = try Self.descriptor.check(parameters)
        regions = try Self.descriptor.pipelines(checked.list("regions"))
        covers = regions.compactMap { $0.steps.first?.defense as? Occlusion }
        guard covers.count == regions.count else {
            throw .parameter(
                detector: Self.descriptor.name, name: "regions",
                allowed: "a list of boxes to cover, such as occlude(0,0,50,50)")
        }
        measure = AnswerMeasure(rawValue: checked.text("measure")) ?? .l1
    }

    /// Nothing without answers of the model.
    package func inspect(_ subject: DetectorSubject) throws(DetectorError) -> Signal? { nil }

    /// One copy a region, all in the first round.
    package func copies(round: Int, signals: [Signal]) -> [CopyRequest] {
        round == 0 ? regions.map { CopyRequest(pipeline: $0) } : []
    }

    /// The largest distance, without a box; throws `answersMissing` unless every copy was answered.
    package func score(reference: ModelAnswer, answers: [ModelAnswer?]) throws(DetectorError) -> DetectorStep {
        try score(reference: reference, answers: answers, shape: nil)
    }

    /// The largest distance, with the box of the region that it belongs to.
    package func score(
        reference: ModelAnswer, answers: [ModelAnswer?], page: PixelShape
    ) throws(DetectorError) -> DetectorStep {
        try score(reference: reference, answers: answers, shape: page)
    }

    private func score(
        reference: ModelAnswer, answers: [ModelAnswer?], shape: PixelShape?
    ) throws(DetectorError) -> DetectorStep {
        let compared = try ComparedCopies(
            regions, answers: answers, reference: reference, measure: measure, detector: Self.descriptor.name)
        let box = shape.flatMap { shape in compared.oddest.flatMap { covers[$0].box(on: shape) } }
        return .signal(
            Signal(
                detector: Self.descriptor.name, score: compared.score, evidence: compared.evidence,
                stratum: reference.stratum, level: reference.level, boxes: box.map { [$0] } ?? [],
                oddestCopy: compared.oddest.map { regions[$0].name }))
    }
}
