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

    private static let forwarded = "forwarded"
    private static let named = "named"

    /// A pipeline, and what the route uses it for.
    struct Use {
        let pipeline: DefensePipeline
        let purpose: String
    }

    /// The pipelines of `route`, each once: what is forwarded, the named ones, the squeezers of its detectors.
    static func uses(of route: RoutePlan) -> [Use] {
        var uses: [Use] = []
        func add(_ pipeline: DefensePipeline, _ purpose: String) {
            let isKnown = uses.contains {
                $0.pipeline.name == pipeline.name && $0.pipeline.steps.count == pipeline.steps.count
            }
            guard !pipeline.steps.isEmpty, !isKnown else { return }
            uses.append(Use(pipeline: pipeline, purpose: purpose))
        }
        add(route.forward.pipeline, forwarded)
        for pipeline in route.pipelines { add(pipeline, named) }
        for planned in route.detectors {
            for copy in planned.detector.copyRounds.joined() { add(copy.pipeline, planned.descriptor.name) }
        }
        return uses
    }

    /// One line for each pipeline, over `samples` and the model's answers to them as they are.
    func findings(_ samples: [(sample: DoctorSample, original: ModelAnswer)]) async -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        for use in Self.uses(of: route) {
            var answers: [ModelAnswer?] = []
            for (index, pair) in samples.enumerated() {
                answers.append(await answer(to: pair.sample, use.pipeline, draw: UInt64(index)))
            }
            findings.append(Self.finding(use, originals: samples.map(\.original), answers: answers))
        }
        return findings
    }

    /// Each image has a draw of its own, or a randomized pipeline would be judged by one placement.
    private func answer(to sample: DoctorSample, _ pipeline: DefensePipeline, draw: UInt64) async -> ModelAnswer? {
        guard let decoded = sample.decoded,
            let copy = try? ForwardCopy(route: route, pipeline: pipeline).apply(to: decoded.image, seed: draw),
            let bytes = try? ImageEncoder.encode(copy, as: .png(.stored))
        else { return nil }
        return await model.scores(bytes, "image/png")
    }

    /// What `answers`, to the defended copies, say beside `originals`.
    static func finding(_ use: Use, originals: [ModelAnswer], answers: [ModelAnswer?]) -> DoctorFinding {
        let pairs = zip(originals, answers).compactMap { original, answer in answer.map { (original, $0) } }
        let missing = originals.count - pairs.count
        let same = Proportion(pairs.count { $0.label == $1.label }, of: pairs.count)
        let distances = pairs.compactMap { DoctorModel.distance($0, $1) }.sorted()
        let median =
            distances.isEmpty
            ? "" : ", half of them at most \(DoctorModel.number(distances[distances.count / 2])) apart (L1)"
        let unanswered = missing == 0 ? "" : "; \(missing) could not be made or got no scores"
        let text = "\(use.pipeline.name) (\(use.purpose)) leaves the label: \(same.text)\(median)\(unanswered)"
        if missing == 0, (same.share ?? 0) >= 0.99 { return .ok("pipeline", text) }
        let fix =
            switch use.purpose {
            case Self.forwarded, Self.named:
                "honest answers change by as much: choose weaker steps, or train the model with them"
            default:
                "honest images look suspicious by as much: choose a weaker squeezer, or a threshold from `evaluate --calibrate`"
            }
        return .warn("pipeline", text, fix: fix)
    }
}
