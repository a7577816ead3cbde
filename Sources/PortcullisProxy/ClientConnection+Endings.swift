internal import AdmissionPolicy
internal import AuditTrail
internal import NIOCore

/// How requests end when they do not end well, and how every end is recorded and counted.
extension ClientConnection {
    // MARK: Refusals

    /// Answers with an error; the request has no verdict.
    func refuse(_ refusal: Refusal, proxyStatus: StaticString? = nil) {
        fail(refusal.problem, cause: refusal.reason, proxyStatus: proxyStatus)
    }

    /// Answers with an error and records it, unless something was recorded already.
    func fail(_ problem: Problem, cause: String, proxyStatus: StaticString? = nil) {
        guard let trip else { return }
        if !trip.isRecorded {
            let record = loop.audit.refused(
                trip, client: client, status: problem.status, cause: cause, now: loop.now())
            submit(record, onFailure: .forward)
        }
        answer(problem, proxyStatus: proxyStatus)
        count(.error)
        finishRequest(closes: !canGoOn)
    }

    /// Writes a problem document.
    func answer(_ problem: Problem, proxyStatus: StaticString?) {
        guard let trip, let context else { return }
        dropBufferedBody()
        var buffer = context.channel.allocator.buffer(capacity: 768)
        ErrorResponder.write(
            problem, id: trip.id, proxyStatus: proxyStatus, verdict: nil, closes: !canGoOn, isHead: trip.isHead,
            to: &buffer)
        write(buffer)
        flush()
    }

    /// True when another request may follow on this connection.
    var canGoOn: Bool {
        parser.hasEnded && parser.head.keepAlive && !loop.shared.isDraining
    }

    /// Reads over what has already come of a refused body, so that a small one does not cost its connection.
    func dropBufferedBody() {
        while !parser.hasEnded, let event = try? parser.next() {
            if case .body = event { parser.releaseBody() }
        }
    }

    /// What came is not one request in one reading. Nothing behind it can be trusted to be one either.
    func malformed(_ fault: WireFault) {
        switch phase {
        case .idle, .head:
            trip = loop.newTrip()
            loop.metrics.started.add()
            fail(ErrorResponder.problem(fault), cause: fault.rawValue)
        case .collecting:
            collector = nil
            fail(ErrorResponder.problem(fault), cause: fault.rawValue)
        case .passing: passThrough.requestFailed(ErrorResponder.problem(fault), cause: fault.rawValue)
        case .lingering: if case .lingering(isAnswerOut: true) = phase { close() }
        case .queued, .judging, .gated, .closed: close()
        }
    }

    // MARK: Time

    func timeIsUp() {
        deadline = nil
        switch phase {
        case .idle: closeIdle()
        case .lingering(let isAnswerOut):
            if isAnswerOut || !renewForReader(timeouts.total) { close() }
        case .head:
            trip = loop.newTrip()
            loop.metrics.started.add()
            fail(.tooSlow, cause: "head-timeout")
        case .collecting:
            collector = nil
            fail(.tooSlow, cause: "body-timeout")
        case .passing: passThrough.timeIsUp()
        case .queued(let ticket):
            // When the turn has come in this very moment, `admitted` finds the phase gone and gives it back.
            _ = loop.shared.admission.abandon(ticket: ticket)
            loop.metrics.countShed(.deadline)
            fail(.overloaded, cause: "queue-timeout")
        case .judging(let inspection): giveUpJudging(inspection)
        case .gated, .closed: break
        }
    }

    // MARK: The client is gone

    func clientGone() {
        let last = phase
        phase = .closed
        switch last {
        case .idle, .lingering, .closed: break
        case .head:
            if parser.waitingBytes > 0 {
                trip = loop.newTrip()
                loop.metrics.started.add()
                recordGone()
            }
        case .collecting: recordGone()
        case .queued(let ticket):
            _ = loop.shared.admission.abandon(ticket: ticket)
            recordGone()
        case .passing: passThrough.clientGone()
        case .judging(let inspection): inspection.cancel()
        case .gated: break
        }
        collector = nil
    }

    /// Records a request whose client left before an answer.
    func recordGone() {
        guard let trip else { return }
        let record = loop.audit.refused(trip, client: client, status: nil, cause: "client-gone", now: loop.now())
        submit(record, onFailure: .forward)
        count(.error)
        self.trip = nil
    }

    // MARK: Records

    /// Hands the one record of this request over. False when it was refused and the policy then refuses the request.
    @discardableResult
    func submit(_ record: AuditRecord, onFailure: VerdictKind) -> Bool {
        trip?.isRecorded = true
        let sink = loop.shared.sink
        var isTaken: Bool
        if sink.acknowledgesLater, context != nil {
            gate.close()
            let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
            let eventLoop = loop.eventLoop
            isTaken = sink.submit(record) { isSafe in
                eventLoop.execute { bound.value.acknowledged(isSafe, onFailure: onFailure) }
            }
            if !isTaken { _ = gate.open() }
        } else {
            isTaken = sink.submit(record, acknowledge: nil)
        }
        loop.metrics.countAudit(isTaken: isTaken)
        guard !isTaken else { return true }
        if onFailure >= .divert { return false }
        loop.metrics.countFailOpen(.audit)
        return true
    }

    /// Hands over a record of how a recorded request ended.
    func submitOutcome(_ record: AuditRecord) {
        loop.metrics.countAudit(isTaken: loop.shared.sink.submit(record, acknowledge: nil))
    }

    /// The record of the answer that is held back is safe, or lost.
    private func acknowledged(_ isSafe: Bool, onFailure: VerdictKind) {
        guard gate.isClosed else { return }
        let held = gate.open()
        if !isSafe, onFailure >= .divert {
            // What was promised cannot be kept any more, and the answer must not go out unrecorded.
            close()
            return
        }
        if !isSafe { loop.metrics.countFailOpen(.audit) }
        if held.readableBytes > 0 {
            write(held)
            flush()
        }
        switch (gate.finish, phase) {
        case (.some(let finish), .gated):
            gate.finish = nil
            finishRequest(closes: finish == .close)
        case (_, .passing): passThrough.gateOpened()
        default: break
        }
    }

    /// Counts the request that ends now.
    func count(_ outcome: Outcome) {
        guard let trip else { return }
        loop.metrics.countRequest(
            route: trip.destination?.routeIndex ?? loop.shared.labels.unmatched, outcome: outcome,
            nanoseconds: Int((loop.now() - trip.start).nanoseconds), upstreamNanoseconds: trip.upstreamNanoseconds)
    }
}
