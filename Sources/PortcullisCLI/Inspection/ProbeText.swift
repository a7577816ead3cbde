import GuardPipeline

/// Words for why a model gave no answer.
enum ProbeText {
    /// One clause.
    static func reason(_ error: ProbeError) -> String {
        switch error {
        case .unreachable(let detail): "the model cannot be reached: \(detail)"
        case .broken(let detail): "the connection to the model broke: \(detail)"
        case .timedOut: "the model did not answer in time"
        case .answerTooLarge(let limit): "the model's answer has more than \(limit) bytes"
        case .cancelled: "cancelled"
        case .budgetExhausted: "the call budget is used up"
        }
    }
}
