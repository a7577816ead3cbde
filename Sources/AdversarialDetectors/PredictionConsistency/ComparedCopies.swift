internal import ImageDefenses

/// Copies beside the answers to them, compared with f(x): what several detectors report alike.
struct ComparedCopies {
    /// The largest distance.
    private(set) var score = 0.0
    /// Each copy's distance under its name; `.low` and `.high` bound what a top-k answer leaves open.
    private(set) var evidence: [Signal.Evidence] = []
    /// Position of the copy whose answer is furthest from f(x), the first of equals; nil where all answers are f(x).
    private(set) var oddest: Int?

    /// Compares; throws `answersMissing` unless every copy was answered.
    init(
        _ copies: [DefensePipeline], answers: [ModelAnswer?], reference: ModelAnswer, measure: AnswerMeasure,
        detector: String
    ) throws(DetectorError) {
        guard answers.count == copies.count else { throw .answersMissing(detector: detector) }
        for (index, answer) in answers.enumerated() {
            guard let answer else { throw .answersMissing(detector: detector) }
            let distance = measure.distance(reference, answer)
            if distance.value > score {
                score = distance.value
                oddest = index
            }
            let name = copies[index].name
            evidence.append(Signal.Evidence(name: name, value: distance.value))
            if let bounds = distance.bounds {
                evidence.append(Signal.Evidence(name: "\(name).low", value: bounds.lowerBound))
                evidence.append(Signal.Evidence(name: "\(name).high", value: bounds.upperBound))
            }
        }
    }
}

extension DetectorDescriptor {
    /// The pipelines of these short forms; throws `squeezer` with what is wrong with one.
    func pipelines(_ shortForms: [String]) throws(DetectorError) -> [DefensePipeline] {
        var pipelines: [DefensePipeline] = []
        for shortForm in shortForms {
            do {
                pipelines.append(try DefenseCatalogue.pipeline(shortForm))
            } catch {
                throw .squeezer(detector: name, reason: error)
            }
        }
        return pipelines
    }
}
