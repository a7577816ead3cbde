/// How sure a model's answers, to an image and to its copies, are of the image's label.
struct AnswerLogOdds: Hashable, Sendable {
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
                reference: LogOdds.ofAny(label, in: vector),
                copies: answers.map { answer in
                    answer.vectors.count == reference.vectors.count
                        ? LogOdds.ofAny(label, in: answer.vectors[index]) : -LogOdds.limit
                })
        }
    }
}
