internal import AdmissionPolicy
internal import AdversarialDetectors
internal import PixelCore

extension TierGate {
    /// What the gate says before the model has answered; nil when the answer decides.
    ///
    /// `draw` is the request's own generator of the purpose `gate`: equal pixels meet the same sample.
    func outcome(before input: DecisionInput, draw: ChaChaGenerator) -> Outcome? {
        if let condition, !condition.needsAnswer([]), condition.matches(input) { return .rule }
        if isSampled(draw) { return .sample }
        let looksAtAnswer = !stakes.isEmpty || marginBelow != nil || condition?.needsAnswer([]) == true
        return looksAtAnswer ? nil : .closed
    }

    /// What the gate says once the model has answered, where neither the condition nor the sample opened it before.
    func outcome(after input: DecisionInput) -> Outcome {
        if let condition, condition.needsAnswer([]), condition.matches(input) { return .rule }
        guard let answer = input.answer else { return .closed }
        if stakes.contains(answer.label) || answer.vectors.contains(where: { stakes.contains($0.topLabel) }) {
            return .stakes
        }
        if let marginBelow, answer.vectors.contains(where: { $0.margin < marginBelow }) { return .margin }
        return .closed
    }

    private func isSampled(_ draw: ChaChaGenerator) -> Bool {
        if sample <= 0 { return false }
        var draw = draw
        // A word is below the whole range times 1, so that a share of 1 takes everything.
        return Double(draw.nextWord()) < sample * 4_294_967_296
    }
}

extension ScoreVector {
    /// The difference between the two largest values. Where only one class is named, the next could have all that is left
    /// of 1.
    fileprivate var margin: Double {
        let top = topIndex
        let next = values.indices.filter { $0 != top }.map { values[$0] }.max() ?? max(0, 1 - values[top])
        return values[top] - next
    }
}
