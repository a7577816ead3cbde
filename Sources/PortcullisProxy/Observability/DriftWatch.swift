internal import AdmissionPolicy
internal import AdversarialDetectors
internal import AuditTrail
internal import GuardPipeline
internal import Synchronization

/// Watches the scores of every calibrated route, and tells when they have moved away from clean traffic.
final class DriftWatch: Sendable {
    /// The kinds of alarm, for metrics.
    enum Kind: String, CaseIterable, Sendable {
        /// All traffic of a route.
        case shift
        /// One client.
        case source
    }

    /// One calibrated route.
    struct Route: Sendable {
        let name: String
        let monitor: DriftMonitor
    }

    /// The routes that have a calibration, in the order of the policy.
    let routes: [Route]
    private let alarms: Mutex<[String: Int]>

    /// A watch that has seen nothing.
    init(policy: PolicyPlan) {
        routes = policy.routes.compactMap { route in
            route.calibration.map { Route(name: route.name, monitor: DriftMonitor(calibration: $0.calibration)) }
        }
        alarms = Mutex([:])
    }

    /// Takes what was made of one image of `client`; alarms come as records, one each.
    func observe(
        _ judgement: Judgement, route: RoutePlan, client: String, time: AuditTime
    ) -> [AuditRecord] {
        guard let watched = routes.first(where: { $0.name == route.name }) else { return [] }
        // A gate chooses odd and unsure images: only what is measured on every image can be compared with clean traffic.
        let free = Set(route.detectors.filter { $0.descriptor.tier == 0 }.map(\.descriptor.name))
        let signals =
            judgement.gate == nil ? judgement.signals : judgement.signals.filter { free.contains($0.detector) }
        let pValues = signals.compactMap { signal in
            signal.pValue.map { (detector: signal.detector, pValue: $0) }
        }
        guard !pValues.isEmpty else { return [] }
        let combined = judgement.gate == nil ? judgement.combined?.pValue : nil
        let found = watched.monitor.observe(
            pValues: pValues, combined: combined, evidence: combined ?? route.combined(signals, asked: false)?.pValue,
            source: client)
        guard !found.isEmpty else { return [] }
        alarms.withLock { alarms in
            for alarm in found { alarms[Self.key(route.name, Self.kind(alarm)), default: 0] += 1 }
        }
        return found.map { Self.record($0, route: route, time: time) }
    }

    /// Alarms so far.
    func count(route: String, kind: Kind) -> Int {
        alarms.withLock { $0[Self.key(route, kind)] ?? 0 }
    }

    private static func key(_ route: String, _ kind: Kind) -> String { "\(kind.rawValue)/\(route)" }

    private static func kind(_ alarm: DriftAlarm) -> Kind {
        switch alarm {
        case .shift: .shift
        case .source: .source
        }
    }

    private static func record(_ alarm: DriftAlarm, route: RoutePlan, time: AuditTime) -> AuditRecord {
        var details: [String: AuditValue] = [
            "advice": .text(DriftAlarm.advice), "kind": .text(kind(alarm).rawValue), "route": .text(route.name),
        ]
        switch alarm {
        case .shift(let detector, let distance, let critical, let images):
            details["detector"] = .text(detector)
            details["distance"] = .number(distance)
            details["critical"] = .number(critical)
            details["images"] = .integer(images)
        case .source(let client, let odd, let images):
            details["client"] = .text(client)
            details["odd"] = .integer(odd)
            details["images"] = .integer(images)
        }
        var record = AuditRecord.lifecycle("drift", time: time, details: details)
        record.route = route.name
        record.calibration = route.calibration?.sha256
        return record
    }
}
