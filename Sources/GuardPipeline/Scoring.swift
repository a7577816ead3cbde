internal import AdmissionPolicy
internal import AdversarialDetectors
internal import PixelCore

/// What the answers to one request have come to so far.
struct Scoring {
    let reader: any AnswerReader
    let route: RoutePlan
    /// The decoded image's shape.
    let page: PixelShape
    /// Detectors that compare answers.
    let comparisons: [Comparison]
    /// What needed no answer.
    let signals: [Signal]

    /// The scores that the client's answer holds; nil while there is none.
    private(set) var answer: ModelAnswer?
    /// What went wrong without ending the trip.
    private(set) var shortfalls: [Shortfall] = []
    /// f(x) as the copies are compared with it.
    private var reference: ModelAnswer?
    /// Positions of the detectors that have not settled.
    private var open: [Int] = []
    private var settled: [Int: Signal] = [:]

    init(
        reader: any AnswerReader, route: RoutePlan, page: PixelShape, comparisons: [Comparison], signals: [Signal]
    ) {
        self.reader = reader
        self.route = route
        self.page = page
        self.comparisons = comparisons
        self.signals = signals
    }

    /// All signals: those that needed no answer, then the others in the order of the policy.
    var allSignals: [Signal] {
        signals + comparisons.indices.compactMap { settled[$0] }
    }

    /// Notes a check that was due and did not happen.
    mutating func fall(short cause: String, _ verdict: VerdictKind) {
        shortfalls.append(Shortfall(cause: cause, verdict: verdict))
    }

    /// The copies of every detector were asked about.
    mutating func begin() {
        open = Array(comparisons.indices)
    }

    /// Settles a detector without a signal.
    mutating func giveUp(_ index: Int, _ cause: String, _ verdict: VerdictKind) {
        open.removeAll { $0 == index }
        fall(short: cause, verdict)
    }

    /// Reads the scores of the client's answer, or of the one to the same pixels where the client had its own coded.
    mutating func read(_ forwarded: ProbeAnswer, reference reply: CopyReply?) {
        do throws(AnswerError) {
            if forwarded.isCoded, let reply {
                answer = try scores(reply)
                if answer == nil {
                    open = []
                    fall(short: copyCause(reply), route.failures.degraded)
                }
            } else {
                answer = try reader.scores(in: forwarded, at: route.scores)
            }
        } catch {
            // Without a detector or rule that needs them, an answer without scores is nothing to complain of.
            if !comparisons.isEmpty || route.rulesNeedAnswer {
                fall(short: "scores-missing", route.failures.scoresMissing)
            }
            open = []
        }
    }

    /// Settles what f(x) is; false where there is nothing to compare, or nothing to compare it with.
    mutating func chooseReference(_ reply: CopyReply?) -> Bool {
        guard !open.isEmpty else { return false }
        reference = reply.map { (try? scores($0)) ?? nil } ?? answer
        if reference == nil {
            open = []
            fall(short: copyCause(reply), route.failures.degraded)
        }
        return reference != nil
    }

    /// Lets every detector that has not settled score the answers of all rounds; returns those that want another one.
    mutating func score(_ rounds: CopyRounds) -> [Int] {
        guard let reference else { return [] }
        for index in open {
            let own = rounds.replies(to: index)
            let answers = own.map { (try? scores($0)) ?? nil }
            do throws(DetectorError) {
                let step = try comparisons[index].detector.score(reference: reference, answers: answers, page: page)
                guard case .signal(let signal) = step else { continue }
                settled[index] = route.calibrated(signal)
                open.removeAll { $0 == index }
            } catch .answersMissing {
                let missing = zip(own, answers).first { $0.1 == nil }?.0
                giveUp(index, copyCause(missing), route.failures.degraded)
            } catch {
                giveUp(index, "detector-failed", route.failures.detector)
            }
        }
        return open
    }

    /// What the record says about a copy.
    func judged(_ reply: CopyReply) -> JudgedCopy {
        let answer = try? scores(reply)
        return JudgedCopy(name: reply.job.name, label: answer?.label, milliseconds: reply.milliseconds)
    }

    private func scores(_ reply: CopyReply) throws(AnswerError) -> ModelAnswer? {
        guard case .success(let answer) = reply.result, answer.isSuccess else { return nil }
        return try reader.scores(in: answer, at: route.scores)
    }

    private func copyCause(_ reply: CopyReply?) -> String {
        if case .failure(.timedOut)? = reply?.result { return "copy-timeout" }
        if case .failure(.budgetExhausted)? = reply?.result { return "call-budget" }
        return "copy-failed"
    }
}
