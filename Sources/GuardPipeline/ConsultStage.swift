internal import AdmissionPolicy
internal import AdversarialDetectors
internal import PixelCore

/// Stage 7: the model's answers. The only stage that loops, and the only one that holds the probe.
struct ConsultStage {
    let request: InspectionRequest
    let reader: any AnswerReader
    let budget: CallBudget
    let asker: CopyAsker
    /// False off the request's path, where a busy budget means that the copies are not asked.
    let waitsForBudget: Bool
    /// The forwarded answer, where it is there already.
    let answered: ProbeAnswer?

    private var route: RoutePlan { request.route }

    /// Asks for the forwarded answer and, as the budget and the gate allow, for every copy; then lets the detectors
    /// score, and asks again for those that want another round.
    func run(
        _ sanitized: consuming Sanitized, _ judgement: inout Judgement
    ) async throws(GuardFailure) -> Consulted {
        var rounds = CopyRounds(
            request: request, budget: budget, asker: asker, waitsForBudget: waitsForBudget, base: sanitized.base,
            seed: sanitized.asking.inspected.decoded.seed)
        var scoring = Scoring(
            reader: reader, route: route, page: sanitized.asking.inspected.decoded.image.shape,
            comparisons: sanitized.asking.comparisons, signals: sanitized.asking.inspected.signals)
        for _ in sanitized.asking.inspected.failedDetectors {
            scoring.fall(short: "detector-failed", route.failures.detector)
        }
        let forwarded = try await firstQuestions(sanitized, &rounds, &scoring)
        if forwarded.isSuccess {
            scoring.read(forwarded, reference: rounds.reference)
            if sanitized.asking.isGateWaiting {
                judgement.gate = gateOutcome(sanitized, scoring, combined: judgement.combined)
                if judgement.gate != .closed { try await askBehindGate(sanitized, &rounds, &scoring) }
            }
            try await scoreRounds(&rounds, &scoring)
        } else if sanitized.asking.isGateWaiting {
            judgement.gate = .closed
        }
        judgement.answer = forwarded
        judgement.copies = rounds.replies.map(scoring.judged)
        let signals = scoring.allSignals
        judgement.signals = signals
        judgement.label = scoring.answer?.label
        judgement.confidence = scoring.answer?.vectors.map { $0.values[$0.topIndex] }.min()
        judgement.degradedCause = scoring.shortfalls.first?.cause
        judgement.combined = route.combined(signals, asked: rounds.hasAskedDetectors)
        return Consulted(
            facts: sanitized.asking.inspected.decoded.facts,
            pixels: sanitized.asking.inspected.decoded.image.shape.pixelCount,
            signals: signals, answer: scoring.answer, combined: judgement.combined, shortfalls: scoring.shortfalls)
    }

    /// The forwarded question where it was not asked yet, together with all copies of the first round, unless the gate
    /// waits for the answer.
    private func firstQuestions(
        _ sanitized: borrowing Sanitized, _ rounds: inout CopyRounds, _ scoring: inout Scoring
    ) async throws(GuardFailure) -> ProbeAnswer {
        let isWaiting = sanitized.asking.isGateWaiting
        var jobs: [CopyJob] = []
        // An answer that the client had coded cannot be read; the gate waits for one to the same pixels that can.
        if sanitized.needsReference, !isWaiting || answered?.isCoded == true { jobs.append(.reference) }
        if !isWaiting { jobs += Self.firstJobs(scoring.comparisons, &rounds) }
        // An answer that is an error cannot be compared with anything.
        if let answered, !answered.isSuccess { jobs = [] }
        let replies = await rounds.ask(jobs, forwarded: answered == nil ? sanitized.forwarded : nil)
        if !replies.isGranted {
            scoring.fall(short: "call-budget", route.failures.degraded)
        } else if !isWaiting, !jobs.isEmpty {
            scoring.begin()
        }
        if let answered { return answered }
        switch replies.forwarded {
        case .success(let answer): return answer
        case .failure(.cancelled): throw .cancelled
        case .failure(let error): throw .model(error)
        case nil: throw .cancelled
        }
    }

    /// What the answer makes of a gate that waited for it; an answer that cannot be read opens nothing, and is a shortfall
    /// of its own.
    private func gateOutcome(
        _ sanitized: borrowing Sanitized, _ scoring: Scoring, combined: CombinedScore?
    ) -> TierGate.Outcome {
        guard let gate = route.gate, let answer = scoring.answer else { return .closed }
        return gate.outcome(
            after: DecisionInput(
                signals: scoring.signals, facts: sanitized.asking.inspected.decoded.facts,
                pixels: sanitized.asking.inspected.decoded.image.shape.pixelCount, answer: answer, combined: combined))
    }

    /// The first round, asked once the answer opened the gate.
    private func askBehindGate(
        _ sanitized: borrowing Sanitized, _ rounds: inout CopyRounds, _ scoring: inout Scoring
    ) async throws(GuardFailure) {
        try checkTime()
        var jobs: [CopyJob] = sanitized.needsReference && rounds.reference == nil ? [.reference] : []
        jobs += Self.firstJobs(scoring.comparisons, &rounds)
        if await rounds.ask(jobs).isGranted {
            scoring.begin()
        } else {
            scoring.fall(short: "call-budget", route.failures.degraded)
        }
    }

    /// Scores what came, and asks for another round as long as a detector wants one.
    private func scoreRounds(_ rounds: inout CopyRounds, _ scoring: inout Scoring) async throws(GuardFailure) {
        guard scoring.chooseReference(rounds.reference) else { return }
        var round = 0
        while true {
            let unfinished = scoring.score(rounds)
            if unfinished.isEmpty { return }
            round += 1
            var jobs: [CopyJob] = []
            for index in unfinished {
                let comparison = scoring.comparisons[index]
                let left = max(0, comparison.detector.mostCopies - rounds.replies(to: index).count)
                let copies = comparison.detector.copies(round: round, signals: scoring.signals).prefix(left)
                // A detector that wants another round of nothing has not been heard.
                if copies.isEmpty { scoring.giveUp(index, "detector-failed", route.failures.detector) }
                jobs += rounds.jobs(Array(copies), of: comparison, at: index)
            }
            if jobs.isEmpty { return }
            try checkTime()
            guard await rounds.ask(jobs).isGranted else {
                scoring.fall(short: "call-budget", route.failures.degraded)
                return
            }
        }
    }

    private func checkTime() throws(GuardFailure) {
        if asker.cancellation.isRaised || Task.isCancelled { throw .cancelled }
        if asker.now() >= request.deadline { throw .deadline }
    }

    private static func firstJobs(_ comparisons: [Comparison], _ rounds: inout CopyRounds) -> [CopyJob] {
        comparisons.indices.flatMap { rounds.jobs(comparisons[$0].copies, of: comparisons[$0], at: $0) }
    }
}
