internal import AdmissionPolicy
internal import AdversarialDetectors
internal import Synchronization

/// The metrics in Prometheus text format 0.0.4: the sum of what the event loops counted.
enum MetricsText {
    /// The whole page.
    static func render(shared: ProxyShared, loops: [DataPlane.Loop]) -> String {
        var page = Page()
        let metrics = loops.map(\.metrics)
        requests(&page, shared.labels, metrics)
        durations(&page, shared.labels, metrics)
        guarding(&page, shared.labels, metrics)
        upstream(&page, metrics)
        load(&page, shared, metrics)
        drift(&page, shared)
        canaries(&page, shared)
        identity(&page, shared)
        ProcessMetrics.render(&page)
        return page.text
    }

    private static func requests(_ page: inout Page, _ labels: RouteLabels, _ metrics: [LoopMetrics]) {
        page.family("portcullis_requests_total", "counter", "Requests by route, what became of them, and mode.")
        for route in labels.names.indices {
            for outcome in Outcome.allCases {
                page.sample(
                    "portcullis_requests_total",
                    [("route", labels.names[route]), ("verdict", outcome.label), ("mode", labels.modes[route])],
                    metrics.reduce(0) { $0 + $1.requestCount(route: route, outcome: outcome) })
            }
        }
        page.family("portcullis_would_reject_total", "counter", "Monitored requests that enforcing would have stopped.")
        for route in labels.names.indices {
            page.sample(
                "portcullis_would_reject_total", [("route", labels.names[route])],
                metrics.reduce(0) { $0 + $1.wouldReject[route].value })
        }
    }

    private static func durations(_ page: inout Page, _ labels: RouteLabels, _ metrics: [LoopMetrics]) {
        page.family("portcullis_request_duration_seconds", "histogram", "From the end of the head to the answer.")
        for route in labels.names.indices {
            page.histogram(
                "portcullis_request_duration_seconds", [("route", labels.names[route])],
                metrics.map { $0.duration(route: route) })
        }
        page.family("portcullis_overhead_seconds", "histogram", "The same without the wait for the upstream.")
        for route in labels.names.indices {
            page.histogram(
                "portcullis_overhead_seconds", [("route", labels.names[route])],
                metrics.map { $0.overhead(route: route) })
        }
        page.family("portcullis_stage_duration_seconds", "histogram", "Time of each stage of inspected requests.")
        for (index, stage) in MeasuredStage.allCases.enumerated() {
            page.histogram(
                "portcullis_stage_duration_seconds", [("stage", stage.rawValue)], metrics.map { $0.stage(index) })
        }
    }

    private static func guarding(_ page: inout Page, _ labels: RouteLabels, _ metrics: [LoopMetrics]) {
        page.family("portcullis_decode_errors_total", "counter", "Bodies that are no decodable image.")
        for (index, cause) in DecodeErrorCause.allCases.enumerated() {
            page.sample(
                "portcullis_decode_errors_total", [("cause", cause.rawValue)],
                metrics.reduce(0) { $0 + $1.decodeErrorCount(index) })
        }
        page.family("portcullis_fail_open_total", "counter", "Requests that went on although a check failed.")
        for (index, cause) in FailOpenCause.allCases.enumerated() {
            page.sample(
                "portcullis_fail_open_total", [("cause", cause.rawValue)],
                metrics.reduce(0) { $0 + $1.failOpenCount(index) })
        }
        page.family("portcullis_shed_total", "counter", "Requests turned away to protect the rest.")
        for (index, cause) in ShedCause.allCases.enumerated() {
            page.sample(
                "portcullis_shed_total", [("cause", cause.rawValue)], metrics.reduce(0) { $0 + $1.shedCount(index) })
        }
        page.family("portcullis_audit_records_total", "counter", "Records handed to the audit log.")
        page.sample("portcullis_audit_records_total", [], metrics.reduce(0) { $0 + $1.auditRecords.value })
        page.family("portcullis_audit_dropped_total", "counter", "Records that the audit log did not take.")
        page.sample("portcullis_audit_dropped_total", [], metrics.reduce(0) { $0 + $1.auditDropped.value })
    }

    private static func upstream(_ page: inout Page, _ metrics: [LoopMetrics]) {
        page.family("portcullis_upstream_requests_total", "counter", "Answers of the upstream, copies included.")
        for index in 0..<5 {
            page.sample(
                "portcullis_upstream_requests_total", [("code_class", "\(index + 1)xx")],
                metrics.reduce(0) { $0 + $1.upstreamClassCount(index) })
        }
        page.family("portcullis_upstream_errors_total", "counter", "Upstream calls without a whole answer.")
        for (index, kind) in UpstreamErrorKind.allCases.enumerated() {
            page.sample(
                "portcullis_upstream_errors_total", [("error_type", kind.rawValue)],
                metrics.reduce(0) { $0 + $1.upstreamErrorCount(index) })
        }
        page.family("portcullis_upstream_duration_seconds", "histogram", "From a question to its answer.")
        page.histogram("portcullis_upstream_duration_seconds", [], metrics.map(\.upstreamDuration))
        page.family("portcullis_upstream_connects_total", "counter", "Upstream connections made.")
        page.sample("portcullis_upstream_connects_total", [], metrics.reduce(0) { $0 + $1.upstreamConnects.value })
    }

    private static func load(_ page: inout Page, _ shared: ProxyShared, _ metrics: [LoopMetrics]) {
        let load = shared.admission.load
        let gauges: [(name: String, value: Int, help: String)] = [
            (
                "portcullis_inflight_requests", metrics.reduce(0) { $0 + $1.started.value - $1.finished.value },
                "Requests that have begun and not ended."
            ),
            (
                "portcullis_client_connections", metrics.reduce(0) { $0 + $1.opened.value - $1.closed.value },
                "Open client connections."
            ),
            ("portcullis_inspections_running", load.running, "Inspected requests at work."),
            ("portcullis_queue_depth", load.queued, "Inspected requests that wait for their turn."),
            ("portcullis_decode_charged_bytes", load.bytes, "Pixels that admitted requests may hold."),
            ("portcullis_memory_budget_bytes", shared.bodyBudget.limit, "Bodies that may be held together."),
            (
                "portcullis_memory_reserved_bytes", shared.bodyBudget.reserved,
                "Bodies that are held, and room for what is coming."
            ),
            ("portcullis_audit_healthy", shared.sink.isHealthy ? 1 : 0, "1 while records can be written."),
        ]
        for gauge in gauges {
            page.family(gauge.name, "gauge", gauge.help)
            page.sample(gauge.name, [], gauge.value)
        }
    }

    private static func drift(_ page: inout Page, _ shared: ProxyShared) {
        page.family(
            "portcullis_drift_distance", "gauge",
            "How far the last 512 p-values are from clean traffic (two-sample Kolmogorov-Smirnov); 0 before the first 512."
        )
        for route in shared.drift.routes {
            for distance in route.monitor.distances {
                page.sample(
                    "portcullis_drift_distance", [("route", route.name), ("detector", distance.detector)],
                    distance.distance)
            }
        }
        page.family(
            "portcullis_drift_critical", "gauge", "The distance that clean traffic passes once in 10,000 windows.")
        for route in shared.drift.routes {
            for distance in route.monitor.distances {
                page.sample(
                    "portcullis_drift_critical", [("route", route.name), ("detector", distance.detector)],
                    distance.critical)
            }
        }
        page.family("portcullis_drift_alarms_total", "counter", "Alarms about traffic unlike the calibration.")
        for route in shared.drift.routes {
            for kind in DriftWatch.Kind.allCases {
                page.sample(
                    "portcullis_drift_alarms_total", [("route", route.name), ("kind", kind.rawValue)],
                    shared.drift.count(route: route.name, kind: kind))
            }
        }
    }

    private static func canaries(_ page: inout Page, _ shared: ProxyShared) {
        let tally = shared.canaries.counts
        page.family("portcullis_canaries_total", "counter", "Canary images that went through, by how they were judged.")
        for (result, count) in [
            ("as_expected", tally.asExpected), ("otherwise", tally.otherwise), ("failed", tally.failed),
        ] {
            page.sample("portcullis_canaries_total", [("result", result)], count)
        }
    }

    private static func identity(_ page: inout Page, _ shared: ProxyShared) {
        page.family("portcullis_build_info", "gauge", "The version that runs.")
        page.sample("portcullis_build_info", [("version", shared.configuration.version)], 1)
        page.family("portcullis_policy_info", "gauge", "The policy in force.")
        page.sample(
            "portcullis_policy_info", [("name", shared.policy.name), ("sha256", shared.policy.sha256)], 1)
    }
}

/// A page of metrics in the making.
struct Page {
    private(set) var text = ""

    /// Starts a family.
    mutating func family(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Int) {
        text += "\(name)\(Self.rendered(labels)) \(value)\n"
    }

    mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Double) {
        text += "\(name)\(Self.rendered(labels)) \(value)\n"
    }

    /// Adds the histograms of all loops up.
    mutating func histogram(_ name: String, _ labels: [(String, String)], _ parts: [DurationHistogram]) {
        guard let bounds = parts.first?.bounds else { return }
        var total = 0
        var sums = [Int](repeating: 0, count: bounds.count + 1)
        for part in parts { for (index, count) in part.counts.enumerated() { sums[index] += count } }
        for (index, sum) in sums.enumerated() {
            total += sum
            let bound = index < bounds.count ? "\(bounds[index])" : "+Inf"
            sample(name + "_bucket", labels + [("le", bound)], total)
        }
        sample(name + "_sum", labels, parts.reduce(0) { $0 + $1.sumSeconds })
        sample(name + "_count", labels, total)
    }

    private static func rendered(_ labels: [(String, String)]) -> String {
        if labels.isEmpty { return "" }
        let pairs = labels.map { name, value in
            let escaped = value.map { character in
                switch character {
                case "\\": "\\\\"
                case "\"": "\\\""
                case "\n": "\\n"
                default: String(character)
                }
            }.joined()
            return "\(name)=\"\(escaped)\""
        }
        return "{" + pairs.joined(separator: ",") + "}"
    }
}
