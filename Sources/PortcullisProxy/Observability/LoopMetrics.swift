internal import AdmissionPolicy
internal import GuardPipeline
internal import ImageCodecs

/// What became of a request, for metrics; the verdicts and two ends that are none.
enum Outcome: Int, CaseIterable, Sendable {
    case forward, flag, divert, reject
    /// Streamed through without inspection.
    case pass
    /// Ended by an error: the client's, the upstream's or ours.
    case error

    /// The label's value.
    var label: String {
        switch self {
        case .forward: "forward"
        case .flag: "flag"
        case .divert: "divert"
        case .reject: "reject"
        case .pass: "pass"
        case .error: "error"
        }
    }

    /// The outcome that a verdict is.
    init(_ kind: VerdictKind) {
        switch kind {
        case .forward: self = .forward
        case .flag: self = .flag
        case .divert: self = .divert
        case .reject: self = .reject
        }
    }
}

/// Why a request was turned away to protect the rest.
enum ShedCause: String, CaseIterable, Sendable {
    case queueFull = "queue_full"
    case deadline
    case memory
    case connections
}

/// What was wrong with an image.
enum DecodeErrorCause: String, CaseIterable, Sendable {
    case malformed
    case limit
    case unsupported
    case malfunction

    init(_ error: CodecError) {
        switch error {
        case .malformed: self = .malformed
        case .overLimit: self = .limit
        case .unsupported: self = .unsupported
        case .cancelled, .malfunction: self = .malfunction
        }
    }
}

/// Why an upstream call failed.
enum UpstreamErrorKind: String, CaseIterable, Sendable {
    case connect
    case connectTimeout = "connect_timeout"
    case timeout
    case broken
    case tooLarge = "too_large"
}

/// Why something went on unguarded although it was meant to be guarded.
enum FailOpenCause: String, CaseIterable, Sendable {
    case undecodable
    case detector
    case unguardedImage = "unguarded_image"
    case audit
}

/// The stages whose duration is measured.
enum MeasuredStage: String, CaseIterable, Sendable {
    case read, decode, inspect, sanitize, consult, decide
}

/// The routes of the policy as metric labels; one more for requests that no route took.
struct RouteLabels: Sendable {
    /// Route names in the order of the policy, then `-`.
    let names: [String]
    /// `monitor` or `enforce` for each.
    let modes: [String]

    /// The labels of a policy.
    init(policy: PolicyPlan) {
        names = policy.routes.map(\.name) + ["-"]
        modes = policy.routes.map(\.mode.rawValue) + ["-"]
    }

    /// Index for requests that no route took.
    var unmatched: Int { names.count - 1 }
}

/// All counters of one event loop. Every series exists from the start, so that `rate()` works from the first event.
final class LoopMetrics: Sendable {
    private let requests: [Counter]
    private let durations: [DurationHistogram]
    private let overheads: [DurationHistogram]
    private let stages: [DurationHistogram]
    private let shed: [Counter]
    private let decodeErrors: [Counter]
    private let upstreamClasses: [Counter]
    private let upstreamErrors: [Counter]
    private let failOpen: [Counter]
    /// Time of whole upstream calls.
    let upstreamDuration = DurationHistogram(bounds: DurationHistogram.upstreamBounds)
    /// Requests that have begun and not ended: started minus finished.
    let started = Counter()
    let finished = Counter()
    /// Client connections: opened minus closed.
    let opened = Counter()
    let closed = Counter()
    /// Upstream connections that were made.
    let upstreamConnects = Counter()
    /// Records that the sink took, and that it did not.
    let auditRecords = Counter()
    let auditDropped = Counter()
    /// Verdicts that enforcing would have turned away.
    let wouldReject: [Counter]

    /// Counters for these routes.
    init(labels: RouteLabels) {
        let routes = labels.names.count
        requests = (0..<routes * Outcome.allCases.count).map { _ in Counter() }
        durations = (0..<routes).map { _ in DurationHistogram(bounds: DurationHistogram.requestBounds) }
        overheads = (0..<routes).map { _ in DurationHistogram(bounds: DurationHistogram.overheadBounds) }
        stages = MeasuredStage.allCases.map { _ in DurationHistogram(bounds: DurationHistogram.overheadBounds) }
        shed = ShedCause.allCases.map { _ in Counter() }
        decodeErrors = DecodeErrorCause.allCases.map { _ in Counter() }
        upstreamClasses = (0..<5).map { _ in Counter() }
        upstreamErrors = UpstreamErrorKind.allCases.map { _ in Counter() }
        failOpen = FailOpenCause.allCases.map { _ in Counter() }
        wouldReject = (0..<routes).map { _ in Counter() }
    }

    // MARK: Writing, on the owning loop

    /// One request ended after `nanoseconds`, of which `upstreamNanoseconds` were the upstream's.
    func countRequest(route: Int, outcome: Outcome, nanoseconds: Int, upstreamNanoseconds: Int) {
        requests[route * Outcome.allCases.count + outcome.rawValue].add()
        durations[route].observe(nanoseconds: nanoseconds)
        overheads[route].observe(nanoseconds: max(0, nanoseconds - upstreamNanoseconds))
        finished.add()
    }

    func countStage(_ stage: MeasuredStage, milliseconds: Double?) {
        guard let milliseconds else { return }
        stage.index.map { stages[$0].observe(nanoseconds: Int(milliseconds * 1e6)) }
    }

    /// One record was handed over, or lost.
    func countAudit(isTaken: Bool) { isTaken ? auditRecords.add() : auditDropped.add() }

    func countShed(_ cause: ShedCause) { cause.index.map { shed[$0].add() } }
    func countDecodeError(_ cause: DecodeErrorCause) { cause.index.map { decodeErrors[$0].add() } }
    func countUpstreamError(_ kind: UpstreamErrorKind) { kind.index.map { upstreamErrors[$0].add() } }
    func countFailOpen(_ cause: FailOpenCause) { cause.index.map { failOpen[$0].add() } }

    /// What the guard's stages took and found.
    func countJudgement(_ judgement: Judgement, route: RouteEntry) {
        countStage(.decode, milliseconds: judgement.timings.decode)
        countStage(.inspect, milliseconds: judgement.timings.inspect)
        countStage(.sanitize, milliseconds: judgement.timings.sanitize)
        countStage(.consult, milliseconds: judgement.timings.consult)
        countStage(.decide, milliseconds: judgement.timings.decide)
        if let wouldBe = judgement.wouldBe, wouldBe.kind >= .divert { wouldReject[route.index].add() }
        switch judgement.failure {
        case .undecodable(let error):
            countDecodeError(DecodeErrorCause(error))
            if judgement.verdict.kind < .divert, route.plan.mode == .enforce { countFailOpen(.undecodable) }
        case .malfunction:
            if judgement.verdict.kind < .divert, route.plan.mode == .enforce { countFailOpen(.detector) }
        case .model, .deadline, .cancelled, nil: break
        }
    }

    /// One answer of the upstream, after `nanoseconds`.
    func countUpstream(status: Int, nanoseconds: Int) {
        let index = status / 100 - 1
        if upstreamClasses.indices.contains(index) { upstreamClasses[index].add() }
        upstreamDuration.observe(nanoseconds: nanoseconds)
    }

    // MARK: Reading, from anywhere

    func requestCount(route: Int, outcome: Outcome) -> Int {
        requests[route * Outcome.allCases.count + outcome.rawValue].value
    }
    func duration(route: Int) -> DurationHistogram { durations[route] }
    func overhead(route: Int) -> DurationHistogram { overheads[route] }
    func stage(_ index: Int) -> DurationHistogram { stages[index] }
    func shedCount(_ index: Int) -> Int { shed[index].value }
    func decodeErrorCount(_ index: Int) -> Int { decodeErrors[index].value }
    func upstreamClassCount(_ index: Int) -> Int { upstreamClasses[index].value }
    func upstreamErrorCount(_ index: Int) -> Int { upstreamErrors[index].value }
    func failOpenCount(_ index: Int) -> Int { failOpen[index].value }
}

extension CaseIterable where Self: Equatable, AllCases.Index == Int {
    /// Position among all cases.
    var index: Int? { Self.allCases.firstIndex(of: self) }
}
