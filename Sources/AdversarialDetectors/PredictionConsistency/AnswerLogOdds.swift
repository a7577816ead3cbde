internal import PixelKernels

/// How sure a model's answers are of one label: log(p / (1 - p)), which still moves where probabilities are all but 0 or 1.
struct AnswerLogOdds: Hashable, Sendable {
    /// The smallest probability that is told from 0. Answers with fewer digits end at their own last digit, in clean images
    /// as in attacked ones.
    static let smallest = 1e-7

    /// The log-odds of the label that f(x) gives, in f(x) itself.
    let reference: Double
    /// The log-odds of the same label in each copy's answer, in the order of the copies.
    let copies: [Double]

    /// The sum over the copies of how much they speak against f(x)'s label: larger is odder.
    var doubt: Double { copies.reduce(0) { $0 - $1 } }

    /// The log-odds of each vector of `reference` in each of `answers`. An answer with another number of vectors speaks
    /// against every label as much as any can.
    static func vectors(reference: ModelAnswer, answers: [ModelAnswer]) -> [AnswerLogOdds] {
        reference.vectors.enumerated().map { index, vector in
            let label = vector.topLabel
            return AnswerLogOdds(
                reference: logOdds(of: label, in: vector),
                copies: answers.map { answer in
                    answer.vectors.count == reference.vectors.count
                        ? logOdds(of: label, in: answer.vectors[index]) : -logOdds(share: 1)
                })
        }
    }

    /// log(p / q) with p the probability of `label`, q that of all others, both at least `smallest`.
    ///
    /// A top-k answer that leaves the label out gives it what the named ones leave of 1, but no more than the least of
    /// them; one that gives a label alone gives it everything.
    private static func logOdds(of label: String, in vector: ScoreVector) -> Double {
        var own = 0.0
        var others = 0.0
        var isNamed = false
        for (name, value) in zip(vector.labels, vector.values) {
            if name == label {
                own += value
                isNamed = true
            } else {
                others += value
            }
        }
        if !isNamed { own = max(0, min(1 - others, vector.values.min() ?? 0)) }
        let rest = max(others, isNamed ? 1 - own : others)
        return logarithm(own) - logarithm(rest)
    }

    private static func logOdds(share: Double) -> Double {
        logarithm(share) - logarithm(1 - share)
    }

    /// The natural logarithm of a share, equal on every platform. An answer is no proof that its numbers are shares: their
    /// sum may pass everything.
    private static func logarithm(_ share: Double) -> Double {
        StableLogarithm.ofPositive(min(max(share, smallest), 1 / smallest))
    }
}
