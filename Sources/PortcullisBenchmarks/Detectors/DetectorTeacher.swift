import AdversarialDetectors
import ImageCodecs

/// Makes detectors that are ready to score.
enum DetectorTeacher {
    /// Every detector of a tier with default parameters, fitted to `images` where it learns from pixels. Throws where the
    /// images do not do.
    static func detectors(tier: Int, taught images: [DecodedImage]) throws -> [any Detector] {
        let subjects = images.map {
            DetectorSubject(image: $0.image, facts: $0.facts, declaredType: nil, route: "", nowSeconds: 0)
        }
        return try DetectorCatalogue.descriptors.filter { $0.tier == tier }.map { descriptor in
            let detector = try DetectorCatalogue.make(name: descriptor.name, parameters: [:])
            guard let learner = detector as? any FittedDetector else { return detector }
            return try fitted(learner, to: subjects)
        }
    }

    private static func fitted<Learner: FittedDetector>(
        _ detector: Learner, to subjects: [DetectorSubject]
    ) throws -> any Detector {
        try detector.fitted(by: Learner.fit(subjects.compactMap { detector.features(of: $0) }))
    }
}
