/// How the distance between f(x) and the answer to a copy is measured.
enum AnswerMeasure: String, CaseIterable, Sendable {
    /// The L1 distance between the score vectors, 0...2.
    case l1
    /// By how much the log-odds of f(x)'s top class fall, 0...32; 0 where they rise.
    case logOdds = "log-odds"

    /// The words of the parameter.
    static let words = allCases.map(\.rawValue)

    /// The greatest distance.
    var greatest: Double {
        switch self {
        case .l1: ScoreDistance.greatest
        case .logOdds: 2 * LogOdds.limit
        }
    }

    /// The distance of `answer` from `reference`: the largest over their vectors, which are paired by position. A
    /// different number of vectors is the greatest one.
    func distance(_ reference: ModelAnswer, _ answer: ModelAnswer) -> ScoreDistance {
        switch self {
        case .l1: ScoreDistance(reference, answer)
        case .logOdds: fall(reference, answer)
        }
    }

    private func fall(_ reference: ModelAnswer, _ answer: ModelAnswer) -> ScoreDistance {
        guard reference.vectors.count == answer.vectors.count else {
            return ScoreDistance(value: greatest, bounds: nil)
        }
        return ScoreDistance.largest(zip(reference.vectors, answer.vectors).map { fall($0, $1) })
    }

    private func fall(_ reference: ScoreVector, _ answer: ScoreVector) -> ScoreDistance {
        let label = reference.topLabel
        if reference.isLabelOnly || answer.isLabelOnly {
            return ScoreDistance(value: label == answer.topLabel ? 0 : greatest, bounds: nil)
        }
        let before = reference.topLogOdds
        if let after = LogOdds.of(label, in: answer) {
            return ScoreDistance(value: max(0, before - after), bounds: nil)
        }
        // A top-k answer that leaves the class out: an equal share of what it leaves of 1, between none and all of it.
        let left = max(0, 1 - answer.values.reduce(0) { $0 + max(0, $1) })
        let missing = Set(reference.labels).subtracting(answer.labels).count
        let share = left / Double(max(1, missing))
        let falls = [0, share, left].map { max(0, before - LogOdds.of($0, against: 1 - $0)) }
        return ScoreDistance(value: falls[1], bounds: falls[2]...max(falls[0], falls[2]))
    }
}
