internal import AdmissionPolicy
internal import AuditTrail
internal import GuardPipeline
internal import ImageCodecs
internal import Logging
internal import NIOCore

/// Requests whose body is an image for the guard: taken in whole, admitted, judged, answered.
extension ClientConnection {
    // MARK: The body

    /// Starts to take a body in, when there is room now for what it declares. What it holds grows as it comes.
    func collect(for route: RouteEntry) throws(Refusal) {
        var declared: Int?
        if case .length(let length) = parser.head.framing { declared = length }
        let first = BodyCollector.firstStep(route: route, declared: declared)
        guard let reservation = loop.shared.bodyBudget.reserve(first, of: declared ?? first, client: client.ip) else {
            loop.metrics.countShed(.memory)
            throw Refusal(.overloaded, "body-budget")
        }
        collector = BodyCollector(
            route: route, reservation: reservation, declared: declared, contentType: parser.head.contentType)
        phase = .collecting
    }

    func collectBody() {
        let piece = parser.body
        parser.releaseBody()
        trip?.requestBytes += piece.readableBytes
        switch collector?.take(piece) {
        case .taken, nil: return
        case .tooLarge:
            collector = nil
            fail(.bodyTooLarge, cause: "body-bytes")
        case .noMemory:
            collector = nil
            loop.metrics.countShed(.memory)
            fail(.overloaded, cause: "body-budget")
        case .badImage(let error): refuseImage(error)
        }
    }

    /// A bomb, or no image at all: refused from its header, before the body is in.
    private func refuseImage(_ error: CodecError) {
        guard let trip, let route = collector?.route else { return }
        collector = nil
        var judgement = Judgement(verdict: Verdict(kind: .reject, reasons: ["failure.undecodable"], line: nil))
        judgement.failure = .undecodable(error)
        loop.metrics.countJudgement(judgement, route: route)
        let problem = Respond.problem(error)
        let record = loop.audit.judged(
            trip, client: client, judgement: judgement, status: problem.status, responseBytes: nil, now: loop.now())
        submit(record, onFailure: .forward)
        send(.problem(problem, proxyStatus: nil, verdict: "reject"), outcome: .reject)
    }

    /// The last byte is in: on to the queue.
    func bodyIsWhole() {
        if let error = collector?.finish() { return refuseImage(error) }
        guard let collector else { return }
        let now = loop.now()
        trip?.readEnd = now
        deadline = nil
        if let start = trip?.start {
            loop.metrics.countStage(.read, milliseconds: Audit.milliseconds(from: start, to: now))
        }
        let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
        let eventLoop = loop.eventLoop
        let entry = loop.shared.admission.enter(charge: collector.charge) { permit, ticket in
            eventLoop.execute { bound.value.admitted(permit, ticket: ticket) }
        }
        switch entry {
        case .admitted(let permit): inspect(permit)
        case .waiting(let ticket):
            phase = .queued(ticket: ticket)
            deadline = now + TimeAmount(timeouts.queue)
        case .full:
            self.collector = nil
            loop.metrics.countShed(.queueFull)
            fail(.overloaded, cause: "queue-full")
        }
    }

    private func admitted(_ permit: AdmissionPermit, ticket: Int) {
        // The request that it is for may have given up, and the next one may be waiting by now.
        guard case .queued(let current) = phase, current == ticket else {
            permit.release()
            return
        }
        deadline = nil
        inspect(permit)
    }

    // MARK: The guard

    private func inspect(_ permit: AdmissionPermit) {
        guard let collector, let trip, let destination = trip.destination else {
            permit.release()
            return
        }
        self.collector = nil
        let clock = ForwardClock()
        let head = parser.head
        let received = Received(
            body: collector.bytes, reservation: collector.reservation, contentType: head.contentType,
            client: client.ip, deadline: ContinuousClock.now + timeouts.total,
            nowSeconds: Double(trip.start.uptimeNanoseconds) / 1e9)
        let probe = UpstreamProbe(loop: loop, head: head, destination: destination, id: trip.id, clock: clock)
        let inspection = Inspection(trip: trip, clock: clock)
        phase = .judging(inspection)
        // The guard looks at its deadline between stages; the client is answered in time even while it cannot.
        deadline = loop.now() + TimeAmount(timeouts.total)
        inspection.start(
            Locate.image(in: received, route: collector.route), permit: permit, probe: probe, loop: loop,
            onEarly: { [self] in answeredEarly($0, $1) }, onDone: { [self] in judged($0, $1) })
    }

    /// The total time has passed while the guard was at work: the client is answered, and what the guard still finds is
    /// nobody's.
    func giveUpJudging(_ inspection: Inspection) {
        inspection.giveUp()
        var judgement = Judgement(verdict: Verdict(kind: .forward, reasons: ["failure.deadline"], line: nil))
        judgement.failure = .deadline
        if let route = inspection.trip.destination?.route { loop.metrics.countJudgement(judgement, route: route) }
        answer(inspection, judgement)
    }

    /// Monitor mode: the model has answered, and so does Portcullis; the later tiers go on by themselves.
    private func answeredEarly(_ inspection: Inspection, _ judgement: Judgement) {
        if inspection.isGivenUp { return }
        inspection.early = judgement
        answer(inspection, judgement)
    }

    private func judged(_ inspection: Inspection, _ judgement: Judgement) {
        guard !inspection.isGivenUp, let route = inspection.trip.destination?.route else { return }
        loop.metrics.countJudgement(judgement, route: route)
        watchDrift(judgement, route: route)
        guard let early = inspection.early else {
            answer(inspection, judgement)
            return
        }
        let isNews = early.wouldBe != judgement.wouldBe || early.signals.count != judgement.signals.count
        guard isNews || early.copies.count != judgement.copies.count else { return }
        submitOutcome(loop.audit.laterTier(inspection.trip, judgement: judgement))
    }

    /// Once for each image, when everything is known about it.
    private func watchDrift(_ judgement: Judgement, route: RouteEntry) {
        let records = loop.shared.drift.observe(
            judgement, route: route.plan, client: client.ip, time: loop.shared.configuration.wallClock())
        for record in records {
            loop.shared.logger.warning(
                "live traffic has drifted from the calibration",
                metadata: ["route": "\(route.plan.name)", "details": "\(record.details)"])
            loop.metrics.countAudit(isTaken: loop.shared.sink.submit(record, acknowledge: nil))
        }
    }

    /// Records, then answers.
    private func answer(_ inspection: Inspection, _ judgement: Judgement) {
        var trip = inspection.trip
        trip.upstreamNanoseconds = inspection.clock.nanoseconds(on: loop.eventLoop)
        let now = loop.now()
        guard let route = trip.destination?.route else { return }
        var reply = Respond.reply(to: judgement, disclosure: route.plan.disclosure)
        let isPresent: Bool
        if case .judging(let current) = phase, current === inspection { isPresent = true } else { isPresent = false }
        if !isPresent { reply = .nobody }
        let record = loop.audit.judged(
            trip, client: client, judgement: judgement, status: Respond.status(of: reply),
            responseBytes: Respond.bodyBytes(of: reply), now: now)
        guard isPresent else {
            loop.metrics.countAudit(isTaken: loop.shared.sink.submit(record, acknowledge: nil))
            loop.metrics.countRequest(
                route: route.index, outcome: .error, nanoseconds: Int((now - trip.start).nanoseconds),
                upstreamNanoseconds: trip.upstreamNanoseconds)
            return
        }
        self.trip = trip
        guard submit(record, onFailure: route.plan.failures.audit) else {
            send(.problem(.auditUnavailable, proxyStatus: nil, verdict: nil), outcome: .error)
            return
        }
        if case .nobody = reply {
            // The server gave the request up, not the client.
            reply = .problem(.deadline, proxyStatus: nil, verdict: nil)
        }
        let isError = judgement.failure != nil && judgement.answer == nil && judgement.verdict.kind < .divert
        send(reply, outcome: isError ? .error : Outcome(judgement.verdict.kind))
    }

    /// Writes a reply and ends the request.
    private func send(_ reply: Reply, outcome: Outcome) {
        guard let trip, let context else { return }
        dropBufferedBody()
        let closes = !canGoOn
        var buffer = context.channel.allocator.buffer(capacity: 1024)
        let body = Respond.write(reply, id: trip.id, closes: closes, isHead: trip.isHead, to: &buffer)
        if let body, !body.isEmpty { buffer.writeBytes(body) }
        write(buffer)
        flush()
        count(outcome)
        finishRequest(closes: closes)
    }
}
