internal import AdmissionPolicy
internal import AuditTrail
internal import GuardPipeline
internal import Logging
internal import NIOCore
internal import ServiceLifecycle

/// Sends one canary after another through the live guard: its routes, its threads, its call budget, its upstream
/// connections and its admission, as the request of a client called `canary` would go.
struct CanaryRunner: Service {
    let canaries: [Canary]
    /// Between two canaries.
    let interval: Duration
    let plane: DataPlane

    private var shared: ProxyShared { plane.shared }

    /// Goes round until told to stop.
    func run() async throws {
        guard !canaries.isEmpty else { return }
        try? await cancelWhenGracefulShutdown {
            var next = 0
            while !Task.isCancelled {
                try await Task.sleep(for: interval)
                await send(canaries[next])
                next = (next + 1) % canaries.count
            }
        }
    }

    private func send(_ canary: Canary) async {
        let outcome = await judge(canary)
        shared.canaries.count(outcome)
        let (event, details): (String, [String: AuditValue])
        switch outcome {
        case .asExpected: return
        case .otherwise(let verdict, let label):
            event = "canary-mismatch"
            details = [
                "expected_label": .text(canary.label ?? ""), "expected_verdict": .text(canary.verdict.rawValue),
                "label": .text(label ?? ""), "name": .text(canary.name), "verdict": .text(verdict),
                "advice": .text("the model, the policy or the guard is not what it was when canaries were chosen"),
            ]
        case .failed(let reason):
            event = "canary-failed"
            details = ["name": .text(canary.name), "reason": .text(reason)]
        }
        shared.logger.warning(
            "a canary was not judged as expected", metadata: ["event": "\(event)", "details": "\(details)"])
        let record = AuditRecord.lifecycle(event, time: shared.configuration.wallClock(), details: details)
        _ = shared.sink.submit(record, acknowledge: nil)
    }

    private func judge(_ canary: Canary) async -> CanaryOutcome {
        guard let loop = plane.loops.randomElement() else { return .failed("no event loop") }
        let prepared: Prepared?
        do {
            prepared = try await loop.eventLoop.submit { prepare(canary, loop: loop.context.value) }.get()
        } catch {
            return .failed("\(error)")
        }
        guard let prepared else { return .failed("no route inspects what is posted to \(canary.path)") }
        // The live traffic comes first: a canary never waits in its line.
        guard
            case .admitted(let permit) = shared.admission.enter(
                charge: prepared.charge,
                resume: { permit, _ in
                    permit.release()
                })
        else { return .failed("the guard is busy") }
        defer { permit.release() }
        let judgement = await withTaskExecutorPreference(shared.executor) {
            await shared.requestGuard.run(prepared.request, probe: prepared.probe) { _ in }
        }
        if let failure = judgement.failure, judgement.wouldBe == nil, judgement.verdict.kind < .divert {
            return .failed("\(failure)")
        }
        // A verdict that a missing check led to says nothing about what the check would have found.
        if let cause = judgement.degradedCause { return .failed(cause) }
        let verdict = (judgement.wouldBe ?? judgement.verdict).kind
        let isAnswered = judgement.answer != nil || judgement.label != nil
        let reads = canary.label == nil || !isAnswered || canary.label == judgement.label
        guard verdict == canary.verdict, reads else {
            return .otherwise(verdict: verdict.rawValue, label: judgement.label)
        }
        return .asExpected
    }

    /// A request as a client's would be, with the probe that asks the upstream for it.
    private struct Prepared: Sendable {
        let request: InspectionRequest
        let probe: UpstreamProbe
        let charge: Int
    }

    /// On the loop: the head goes through the same parser and the same routing as a client's.
    private func prepare(_ canary: Canary, loop: LoopContext) -> Prepared? {
        var parser = RequestParser(limits: shared.configuration.limits.wire)
        var bytes = ByteBuffer(
            string:
                "POST \(canary.path) HTTP/1.1\r\nHost: \(shared.upstreamHost)\r\nContent-Type: \(canary.mediaType)\r\n"
                + "Content-Length: \(canary.bytes.count)\r\nUser-Agent: portcullis-canary\r\n\r\n")
        parser.append(&bytes)
        guard (try? parser.next()) != nil,
            let destination = try? loop.ingress.destination(of: parser.head, last: nil),
            let route = destination.route, route.plan.handling == .inspect, canary.bytes.count <= route.plan.bodyBytes
        else { return nil }
        let trip = loop.newTrip()
        let request = InspectionRequest(
            route: route.plan, body: canary.bytes, contentType: canary.mediaType, client: "canary",
            nowSeconds: Double(trip.start.uptimeNanoseconds) / 1e9,
            deadline: ContinuousClock.now + shared.configuration.timeouts.total)
        return Prepared(
            request: request,
            probe: UpstreamProbe(
                loop: loop, head: parser.head, destination: destination, id: trip.id, clock: ForwardClock()),
            charge: canary.bytes.count * 16)
    }
}
