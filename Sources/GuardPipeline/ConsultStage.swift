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

    /// Asks for the forwarded answer and, as the budget allows, for every copy; then lets the detectors score.
    func run(
        _ sanitized: consuming Sanitized, _ judgement: inout Judgement
    ) async throws(GuardFailure) -> Consulted {
        let comparisons = sanitized.asking.comparisons
        var jobs = asker.jobs(for: comparisons, withReference: sanitized.needsReference)
        // An answer that is an error cannot be compared with anything.
        if let answered, !answered.isSuccess { jobs = [] }
        var shortfalls = sanitized.asking.inspected.failedDetectors.map { _ in
            Shortfall(cause: "detector-failed", verdict: route.failures.detector)
        }
        let held = jobs.count
        let isGranted = await acquire(held)
        if !isGranted {
            shortfalls.append(Shortfall(cause: "call-budget", verdict: route.failures.degraded))
            jobs = []
        }
        defer { if isGranted, held > 0 { budget.release(held) } }

        let replies = await asker.ask(
            forwarded: answered == nil ? sanitized.forwarded : nil, jobs: jobs, base: sanitized.base,
            seed: sanitized.asking.inspected.decoded.seed)
        let forwarded = try forwardedAnswer(replies)
        judgement.answer = forwarded
        judgement.copies = replies.copies.map(judgedCopy)
        var consulted = Scoring(
            signals: sanitized.asking.inspected.signals, answer: nil, shortfalls: shortfalls)
        if forwarded.isSuccess {
            score(forwarded, replies: replies, comparisons: isGranted ? comparisons : [], into: &consulted)
        }
        judgement.signals = consulted.signals
        judgement.label = consulted.answer?.label
        judgement.confidence = consulted.answer?.vectors.map { $0.values[$0.topIndex] }.min()
        judgement.degradedCause = consulted.shortfalls.first?.cause
        return Consulted(
            facts: sanitized.asking.inspected.decoded.facts,
            pixels: sanitized.asking.inspected.decoded.image.shape.pixelCount,
            signals: consulted.signals, answer: consulted.answer, shortfalls: consulted.shortfalls)
    }

    private func acquire(_ count: Int) async -> Bool {
        if count == 0 { return true }
        if count > route.extraCalls { return false }
        return waitsForBudget
            ? await budget.acquire(count, client: request.client)
            : budget.tryAcquire(count)
    }

    private func forwardedAnswer(_ replies: CopyReplies) throws(GuardFailure) -> ProbeAnswer {
        if let answered { return answered }
        switch replies.forwarded {
        case .success(let answer): return answer
        case .failure(.cancelled): throw .cancelled
        case .failure(let error): throw .model(error)
        case nil: throw .cancelled
        }
    }

    private func judgedCopy(_ reply: CopyReply) -> JudgedCopy {
        let answer = try? scores(reply)
        return JudgedCopy(name: reply.job.name, label: answer?.label, milliseconds: reply.milliseconds)
    }

    private func scores(_ reply: CopyReply) throws(AnswerError) -> ModelAnswer? {
        guard case .success(let answer) = reply.result, answer.isSuccess else { return nil }
        return try reader.scores(in: answer, at: route.scores)
    }

    /// Reads f(x) and the copies' scores and asks each detector for its signal.
    private func score(
        _ forwarded: ProbeAnswer, replies: CopyReplies, comparisons: [Comparison], into scoring: inout Scoring
    ) {
        let referenceReply = replies.copies.first { $0.job.comparison == nil }
        do throws(AnswerError) {
            if forwarded.isCoded, let referenceReply {
                // The answer that the client had coded; the one to the same pixels, asked for uncoded, can be read.
                scoring.answer = try scores(referenceReply)
                if scoring.answer == nil {
                    scoring.shortfalls.append(
                        Shortfall(cause: copyCause(referenceReply), verdict: route.failures.degraded))
                    return
                }
            } else {
                scoring.answer = try reader.scores(in: forwarded, at: route.scores)
            }
        } catch {
            // Without a detector or rule that needs them, an answer without scores is nothing to complain of.
            if !comparisons.isEmpty || route.rulesNeedAnswer {
                scoring.shortfalls.append(Shortfall(cause: "scores-missing", verdict: route.failures.scoresMissing))
            }
            return
        }
        guard !comparisons.isEmpty else { return }
        let reference = referenceReply.map { (try? scores($0)) ?? nil } ?? scoring.answer
        guard let reference else {
            scoring.shortfalls.append(Shortfall(cause: copyCause(referenceReply), verdict: route.failures.degraded))
            return
        }
        for index in comparisons.indices {
            let own = replies.copies.filter { $0.job.comparison == index }
            let answers = own.map { (try? scores($0)) ?? nil }
            scoreOne(comparisons[index], reference: reference, own: own, answers: answers, into: &scoring)
        }
    }

    private func scoreOne(
        _ comparison: Comparison, reference: ModelAnswer, own: [CopyReply], answers: [ModelAnswer?],
        into scoring: inout Scoring
    ) {
        do throws(DetectorError) {
            switch try comparison.detector.score(reference: reference, answers: answers) {
            case .signal(let signal):
                scoring.signals.append(signal)
            case .anotherRound:
                // Every detector of this version settles in one round; one that does not has not been heard.
                scoring.shortfalls.append(Shortfall(cause: "detector-failed", verdict: route.failures.detector))
            }
        } catch .answersMissing {
            let missing = zip(own, answers).first { $0.1 == nil }?.0
            scoring.shortfalls.append(Shortfall(cause: copyCause(missing), verdict: route.failures.degraded))
        } catch {
            scoring.shortfalls.append(Shortfall(cause: "detector-failed", verdict: route.failures.detector))
        }
    }

    private func copyCause(_ reply: CopyReply?) -> String {
        if case .failure(.timedOut)? = reply?.result { return "copy-timeout" }
        if case .failure(.budgetExhausted)? = reply?.result { return "call-budget" }
        return "copy-failed"
    }
}

/// What scoring has come to so far.
private struct Scoring {
    var signals: [Signal]
    var answer: ModelAnswer?
    var shortfalls: [Shortfall]
}
