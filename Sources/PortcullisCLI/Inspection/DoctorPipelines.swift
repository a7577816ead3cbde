import AdmissionPolicy
import AdversarialDetectors
import ClassifierProtocols
import ImageCodecs
import ImageDefenses
import RobustnessEvaluation

/// Whether each pipeline of a route leaves the model's answers to honest images as they are.
struct DoctorPipelines: Sendable {
    /// The model, and the route that would take the images.
    let model: DoctorModel

    private var route: RoutePlan { model.route }

    /// A pipeline, and what the route uses it for.
    struct Use {
        let pipeline: DefensePipeline
        let purpose: String
    }

    /// The pipelines of `route`, each once: what is forwarded, the named ones, the squeezers of its detectors.
    static func uses(of route: RoutePlan) -> [Use] {
        var uses: [Use] = []
        func add(_ pipeline: DefensePipeline, _ purpose: String) {
            guard !pipeline.steps.isEmpty, !uses.contains(where: { $0.pipeline.name == pipeline.name }) else { return }
            uses.append(Use(pipeline: pipeline, purpose: purpose))
        }
        add(route.forward.pipeline, "forwarded")
        for pipeline in route.pipelines { add(pipeline, "named") }
        for planned in route.detectors {
            for copy in planned.detector.copies(round: 0, signals: []) { add(copy.pipeline, planned.descriptor.name) }
        }
        return uses
    }

    /// One line for each pipeline, over `samples` and the model's answers to them as they are.
    func findings(_ samples: [(sample: DoctorSample, original: ModelAnswer)]) async -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        for use in Self.uses(of: route) {
            var answers: [ModelAnswer?] = []
            for (sample, _) in samples { answers.append(await answer(to: sample, use.pipeline)) }
            findings.append(Self.finding(use, originals: samples.map(\.original), answers: answers))
        }
        return findings
    }

    private func answer(to sample: DoctorSample, _ pipeline: DefensePipeline) async -> ModelAnswer? {
        guard let decoded = sample.decoded,
            let copy = try? ForwardCopy(route: route, pipeline: pipeline).apply(to: decoded.image, seed: 0),
            let bytes = try? ImageEncoder.encode(copy, as: .png(.stored))
        else { return nil }
        return await model.scores(bytes, "image/png")
    }

    /// What `answers`, to the defended copies, say beside `originals`.
    static func finding(_ use: Use, originals: [ModelAnswer], answers: [ModelAnswer?]) -> DoctorFinding {
        let pairs = zip(originals, answers)
        let same = Proportion(pairs.count { $0.label == $1?.label }, of: originals.count)
        let distances = pairs.compactMap { original, answer in
            answer.flatMap { DoctorModel.distance(original, $0) }
        }.sorted()
        let median =
            distances.isEmpty
            ? "" : ", half of them at most \(DoctorModel.number(distances[distances.count / 2])) apart (L1)"
        let text = "\(use.pipeline.name) (\(use.purpose)) leaves the label: \(same.text)\(median)"
        if (same.share ?? 0) >= 0.99 { return .ok("pipeline", text) }
        let fix =
            use.purpose == "forwarded"
            ? "honest answers change by as much: choose weaker steps, or train the model with them"
            : "honest images look suspicious by as much: choose a weaker squeezer, or a threshold from `evaluate --calibrate`"
        return .warn("pipeline", text, fix: fix)
    }
}
