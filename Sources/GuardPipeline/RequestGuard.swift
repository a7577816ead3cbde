internal import AdmissionPolicy
internal import AdversarialDetectors
internal import ImageCodecs
internal import PixelCore

/// Stages 3 to 8 for one request after another: Decode, Inspect, Plan, Sanitize, Consult, Decide.
///
/// Knows no HTTP. Runs on the executor of the calling task; pixel work is synchronous between awaits.
package struct RequestGuard: Sendable {
    private let key: DeploymentKey
    private let budget: CallBudget
    private let reader: any AnswerReader
    private let now: @Sendable () -> ContinuousClock.Instant

    /// A guard that derives randomness from `key`, shares `budget` with all requests and reads scores by `reader`.
    package init(
        key: DeploymentKey, budget: CallBudget, reader: any AnswerReader,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.key = key
        self.budget = budget
        self.reader = reader
        self.now = now
    }

    /// Judges one request; never throws, because every end is a judgement.
    ///
    /// Enforcing: the returned judgement says what the client gets, and `early` is not called.
    /// Monitoring: `early` is called exactly once, as soon as the client's answer is known; the caller answers the
    /// client and writes the record then. The returned judgement completes `wouldBe`, signals and copies.
    package func run(
        _ request: InspectionRequest, probe: any ClassifierProbe, early: @Sendable (Judgement) async -> Void
    ) async -> Judgement {
        let cancellation = CancellationFlag()
        return await withTaskCancellationHandler {
            let trip = Trip(
                request: request, key: key, budget: budget, reader: reader, probe: probe, cancellation: cancellation,
                now: now)
            switch request.route.mode {
            case .enforce: return await trip.enforce()
            case .monitor: return await trip.monitor(early)
            }
        } onCancel: {
            cancellation.raise()
        }
    }
}

/// One request's way through the stages.
struct Trip: Sendable {
    let request: InspectionRequest
    let key: DeploymentKey
    let budget: CallBudget
    let reader: any AnswerReader
    let probe: any ClassifierProbe
    let cancellation: CancellationFlag
    let now: @Sendable () -> ContinuousClock.Instant

    private static let forward = Verdict(kind: .forward, reasons: [], line: nil)

    /// The policy's verdict is carried out.
    func enforce() async -> Judgement {
        var judgement = Judgement(verdict: Self.forward)
        do throws(GuardFailure) {
            let planned = try plan(inspect(decode(&judgement), &judgement), &judgement)
            judgement.verdict = try await finish(
                planned, &judgement, answered: nil, isMonitoring: false)
        } catch {
            await resolve(error, &judgement)
        }
        return judgement
    }

    /// The client's own bytes go on and the model's own answer comes back; the verdict is only recorded.
    func monitor(_ early: @Sendable (Judgement) async -> Void) async -> Judgement {
        var judgement = Judgement(verdict: Self.forward)
        let question = ProbeQuestion(body: request.body, mediaType: nil, purpose: .forwarded)
        async let asked = Self.ask(probe, question)
        // Lets the question leave before this thread turns to pixels.
        await Task.yield()
        let opening = open(&judgement)
        judgement.forwarded = SanitizeStage.original(request.body, hash: judgement.image?.bytesSHA256)
        switch await asked {
        case .success(let answer):
            judgement.answer = answer
            if let scores = try? reader.scores(in: answer, at: request.route.scores) {
                judgement.label = scores.label
                judgement.confidence = scores.vectors.map { $0.values[$0.topIndex] }.min()
            }
        case .failure(.cancelled):
            judgement.failure = .cancelled
        case .failure(let error):
            judgement.failure = .model(error)
        }
        return await conclude(opening, judgement, early)
    }

    /// Answers the client, then finishes what needs the model off the request's path.
    private func conclude(
        _ opening: consuming Opening, _ soFar: Judgement, _ early: @Sendable (Judgement) async -> Void
    ) async -> Judgement {
        var judgement = soFar
        switch consume opening {
        case .failed(let failure):
            judgement.wouldBe = Self.verdict(for: failure, route: request.route)
            if judgement.failure == nil, case .undecodable = failure { judgement.failure = failure }
            await early(judgement)
        case .planned(.stop(let verdict)):
            judgement.wouldBe = verdict
            await early(judgement)
        case .planned(.ask(let asking)):
            await early(judgement)
            guard let answer = judgement.answer, judgement.failure == nil else { return judgement }
            do throws(GuardFailure) {
                let verdict = try await finish(
                    .ask(asking), &judgement, answered: answer, isMonitoring: true)
                judgement.wouldBe = verdict
            } catch {
                judgement.wouldBe = Self.verdict(for: error, route: request.route)
                if judgement.failure == nil, case .undecodable = error { judgement.failure = error }
                if case .malfunction = error { judgement.degradedCause = judgement.degradedCause ?? "detector-failed" }
            }
        }
        return judgement
    }

    // MARK: Stages

    private func decode(_ judgement: inout Judgement) throws(GuardFailure) -> Decoded {
        try checkDeadline()
        let start = now()
        defer { judgement.timings.decode = (now() - start).milliseconds }
        return try DecodeStage(request: request, cancellation: cancellation).run(&judgement)
    }

    private func inspect(_ decoded: consuming Decoded, _ judgement: inout Judgement) throws(GuardFailure) -> Inspected {
        try checkDeadline()
        let start = now()
        let inspected = InspectStage(request: request).run(decoded, &judgement)
        judgement.timings.inspect = (now() - start).milliseconds
        return inspected
    }

    private func plan(_ inspected: consuming Inspected, _ judgement: inout Judgement) throws(GuardFailure) -> Planned {
        try checkDeadline()
        return PlanStage(route: request.route, key: key).run(inspected, &judgement)
    }

    private func finish(
        _ planned: consuming Planned, _ judgement: inout Judgement, answered: ProbeAnswer?, isMonitoring: Bool
    ) async throws(GuardFailure) -> Verdict {
        switch consume planned {
        case .stop(let verdict):
            return verdict
        case .ask(let asking):
            let sanitizeStart = now()
            let forwarded = judgement.forwarded
            let sanitized = try SanitizeStage(
                request: request, key: key, cancellation: cancellation, forwardsOriginal: isMonitoring,
                isAnswerCoded: answered?.isCoded ?? false
            ).run(asking, &judgement)
            if isMonitoring { judgement.forwarded = forwarded }
            judgement.timings.sanitize = (now() - sanitizeStart).milliseconds
            try checkDeadline()
            let consultStart = now()
            let asker = CopyAsker(probe: probe, key: key, cancellation: cancellation, now: now)
            let consulted = try await ConsultStage(
                request: request, reader: reader, budget: budget, asker: asker, waitsForBudget: !isMonitoring,
                answered: answered
            ).run(sanitized, &judgement)
            let decideStart = now()
            judgement.timings.consult = (decideStart - consultStart).milliseconds
            let verdict = DecideStage(route: request.route).run(consulted)
            judgement.timings.decide = (now() - decideStart).milliseconds
            return verdict
        }
    }

    private func checkDeadline() throws(GuardFailure) {
        if cancellation.isRaised || Task.isCancelled { throw .cancelled }
        if now() >= request.deadline { throw .deadline }
    }

    // MARK: Ends

    /// Decode, Inspect and Plan for monitor mode, where a failure must not keep the answer from the client.
    private func open(_ judgement: inout Judgement) -> Opening {
        do throws(GuardFailure) {
            return .planned(try plan(inspect(decode(&judgement), &judgement), &judgement))
        } catch {
            return .failed(error)
        }
    }

    /// A trip that ended early while enforcing: the policy says what an undecodable body leads to, and what
    /// verdict a malfunction has beside its error.
    private func resolve(_ failure: GuardFailure, _ judgement: inout Judgement) async {
        judgement.failure = failure
        judgement.verdict = Self.verdict(for: failure, route: request.route)
        guard judgement.verdict.kind < .divert else { return }
        switch failure {
        case .undecodable(.overLimit(.forwardedBytes, _, _)):
            // It decodes; what the policy lets through is what does not.
            return
        case .undecodable:
            // Failing open, as the policy says in so many words: the client's own bytes go on, and the record says so.
            judgement.forwarded = SanitizeStage.original(request.body, hash: judgement.image?.bytesSHA256)
            let question = ProbeQuestion(body: request.body, mediaType: nil, purpose: .forwarded)
            switch await Self.ask(probe, question) {
            case .success(let answer): judgement.answer = answer
            case .failure(.cancelled): judgement.failure = .cancelled
            case .failure(let error): judgement.failure = .model(error)
            }
        case .malfunction, .model, .deadline, .cancelled:
            // A malfunction of ours is an error, never a reason to send on what nobody has looked at.
            return
        }
    }

    /// What the policy says about a failure; a silent model and a passed deadline have no verdict but their error.
    private static func verdict(for failure: GuardFailure, route: RoutePlan) -> Verdict {
        switch failure {
        case .undecodable: Verdict(kind: route.failures.undecodable, reasons: ["failure.undecodable"], line: nil)
        case .malfunction: Verdict(kind: route.failures.detector, reasons: ["failure.malfunction"], line: nil)
        case .model: Verdict(kind: .forward, reasons: ["failure.model"], line: nil)
        case .deadline: Verdict(kind: .forward, reasons: ["failure.deadline"], line: nil)
        case .cancelled: Verdict(kind: .forward, reasons: ["failure.cancelled"], line: nil)
        }
    }

    private static func ask(
        _ probe: any ClassifierProbe, _ question: ProbeQuestion
    ) async -> Result<ProbeAnswer, ProbeError> {
        do throws(ProbeError) {
            return .success(try await probe.ask(question))
        } catch {
            return .failure(error)
        }
    }
}

/// How far a monitored request came before its answer.
private enum Opening: ~Copyable, Sendable {
    case planned(Planned)
    case failed(GuardFailure)
}
