import AdmissionPolicy
import AuditTrail
import PortcullisProxy

/// Every setting of `portcullis serve`. Adding one is a row here and a flag in `ServeFlags`, which a test compares.
enum SettingsTable {
    /// In the order of the documentation.
    static let all: [SettingDescriptor] = addresses + policy + audit + timeouts + resources + logs

    /// The row called `key`.
    static func descriptor(_ key: String) -> SettingDescriptor? {
        all.first { $0.key == key }
    }

    /// What the help of a flag says: the summary, and the default.
    static func help(_ key: String) -> String {
        guard let row = descriptor(key) else { return "" }
        return "\(row.summary) (default: \(row.defaultDescription))"
    }

    private static let addressForm = "host:port, such as 127.0.0.1:8080"

    private static let addresses: [SettingDescriptor] = [
        .make(
            "listen", .addresses, \.listen, form: addressForm,
            summary: "Address and port that clients connect to; port 0 lets the system choose.",
            parse: { ListenAddress($0) }, print: { $0.description }),
        .make(
            "admin", .addresses, \.admin, form: addressForm,
            summary: "Address and port of /livez, /readyz, /metrics and /version; keep it off public networks.",
            parse: { ListenAddress($0) }, print: { $0.description }),
        .optional(
            "upstream", .addresses, \.upstream, form: "a URL such as http://127.0.0.1:8000, without a path",
            summary: "The guarded model.", sources: [.flag, .environment, .environmentFile, .file],
            defaultText: "none; must be given", parse: { UpstreamAddress(url: $0) },
            print: { "http://\(ListenAddress(host: $0.host, port: $0.port))" }),
    ]

    private static let policy: [SettingDescriptor] = [
        .optional(
            "policy", .policy, \.policy, form: "a path or the name of a built-in policy",
            summary: "The policy: a file, or one of `portcullis policy list`.",
            defaultText: "balanced, in monitor mode", parse: { $0.isEmpty ? nil : $0 }, print: { $0 }),
        .optional(
            "mode", .policy, \.mode, form: "monitor or enforce",
            summary: "Overrides the mode of every route: monitor records verdicts, enforce carries them out.",
            defaultText: "what the policy says; monitor where no policy is given", parse: { PolicyMode(rawValue: $0) },
            print: { $0.rawValue }),
        .optional(
            "canaries", .policy, \.canaries, form: "a path",
            summary:
                "A CSV of `portcullis scan` beside its images: each is sent through the guard again and again, and "
                + "must be judged as it was.",
            defaultText: "none", parse: { $0.isEmpty ? nil : $0 }, print: { $0 }),
        .time(
            "canary_interval", .policy, \.canaryInterval, .milliseconds(100)...Duration.seconds(86_400),
            summary: "Between two canaries."),
    ]

    private static let audit: [SettingDescriptor] = [
        .text(
            "audit_directory", .audit, \.auditDirectory, form: "a path",
            summary: "The folder of the audit log, made with mode 0700 when there is none."),
        .make(
            "audit_fsync", .audit, \.auditFsync, form: "always, never or interval:TIME, such as interval:250ms",
            summary: "When records reach the disk for good; always answers no request before its record is on disk.",
            parse: { FsyncPolicy($0) }, print: { $0.description }),
        .size(
            "audit_rotate_size", .audit, \.auditRotateSize, 64 << 10...16 << 30,
            summary: "An audit file is closed before it grows past this many bytes."),
        .time(
            "audit_rotate_age", .audit, \.auditRotateAge, .seconds(60)...Duration.seconds(366 * 86_400),
            summary: "An audit file is closed once its first record is this old."),
        .count(
            "audit_queue", .audit, \.auditQueue, 16...1_000_000,
            summary: "Records that may wait for the writer; past it the policy's `audit` failure rule holds."),
        .optional(
            "instance", .audit, \.instance, form: "a name of at most 128 characters",
            summary: "Names this process in audit records.", defaultText: "the host's name",
            parse: { $0.isEmpty || $0.utf8.count > 128 ? nil : $0 }, print: { $0 }),
        .optional(
            "key", .audit, \.key, form: "at least 32 hex digits",
            summary: "The deployment key, which all randomness derives from. Takes the place of `key_file`.",
            sources: [.environment], isSecret: true, defaultText: "the content of the key file",
            parse: { $0.utf8.count >= 32 && $0.allSatisfy(\.isHexDigit) && $0.utf8.count.isMultiple(of: 2) ? $0 : nil },
            print: { $0 }),
        .text(
            "key_file", .audit, \.keyFile, form: "a path",
            summary: "The file of the deployment key, made with mode 0600 when there is none."),
    ]

    private static let timeouts: [SettingDescriptor] = [
        .time(
            "timeout_head", .timeouts, \.timeouts.head, .milliseconds(100)...Duration.seconds(600),
            summary: "From the first byte of a request to the end of its header, else 408."),
        .time(
            "timeout_body_idle", .timeouts, \.timeouts.bodyIdle, .milliseconds(100)...Duration.seconds(3600),
            summary: "Between two pieces of a request body, else 408."),
        .time(
            "timeout_body", .timeouts, \.timeouts.body, .milliseconds(100)...Duration.seconds(3600),
            summary: "For a whole request body, and one second more for each 32 KiB (1 KiB where it streams), else 408."
        ),
        .time(
            "timeout_queue", .timeouts, \.timeouts.queue, .zero...Duration.seconds(600),
            summary: "How long an inspected request waits for its turn, else 503."),
        .time(
            "timeout_connect", .timeouts, \.timeouts.connect, .milliseconds(10)...Duration.seconds(60),
            summary: "For a connection to the upstream, else 502."),
        .time(
            "timeout_first_byte", .timeouts, \.timeouts.firstByte, .milliseconds(10)...Duration.seconds(3600),
            summary: "From the end of a request to the header of the upstream's answer, else 504."),
        .time(
            "timeout_total", .timeouts, \.timeouts.total, .milliseconds(10)...Duration.seconds(3600),
            summary: "For an inspected request from its last byte to its answer, else 504."),
        .time(
            "timeout_keep_alive", .timeouts, \.timeouts.keepAlive, .milliseconds(100)...Duration.seconds(3600),
            summary: "An idle client connection is closed after this time."),
        .time(
            "timeout_upstream_keep_alive", .timeouts, \.timeouts.upstreamKeepAlive,
            .milliseconds(100)...Duration.seconds(3600),
            summary: "An idle upstream connection is closed after this time; keep it below the upstream's own."),
        .time(
            "drain_delay", .timeouts, \.drainDelay, .zero...Duration.seconds(600),
            summary: "Between /readyz turning 503 and the listener closing when the process is told to stop."),
        .time(
            "drain_timeout", .timeouts, \.drainTimeout, .zero...Duration.seconds(3600),
            summary: "How long requests in flight are waited for when the process is told to stop."),
    ]

    private static let resources: [SettingDescriptor] = [
        optionalCount(
            "event_loops", \.eventLoops, summary: "Threads that move bytes.", defaultText: "half the cores, at least 1"),
        optionalCount(
            "pixel_threads", \.pixelThreads, summary: "Threads that decode, defend and encode images.",
            defaultText: "one less than the cores, at least 1"),
        .size(
            "body_budget", .resources, \.limits.bodyBudgetBytes, 1 << 20...1 << 40,
            summary: "Request bodies of inspected routes that are held, all together, else 503."),
        .count(
            "body_share", .resources, \.limits.bodySharePercent, 1...100,
            summary:
                "Percent of the body budget for one client address; 100 behind a gateway that all requests come from."
        ),
        .size(
            "decode_budget", .resources, \.limits.decodeBytesPerThread, 1 << 20...1 << 40,
            summary: "Decoded pixels and their copies that are held, for each pixel thread."),
        .size(
            "answer_limit", .resources, \.limits.answerBytes, 1 << 10...1 << 30,
            summary: "Largest answer of the upstream to an inspected request, else 502."),
        .count(
            "running_inspections", .resources, \.limits.runningInspections, 1...100_000,
            summary: "Inspected requests that run at once."),
        .count(
            "queued_inspections", .resources, \.limits.queuedInspections, 0...1_000_000,
            summary: "Inspected requests that wait for their turn; past it 503 with Retry-After."),
        .count(
            "copies", .resources, \.copies, 1...100_000,
            summary: "Extra model calls that may be open at once, shared out fairly between clients."),
        .count(
            "connections", .resources, \.limits.connectionsPerLoop, 1...1_000_000,
            summary: "Client connections for each event loop; more wait in the accept queue."),
    ]

    private static let logs: [SettingDescriptor] = [
        .make(
            "log_format", .logs, \.logFormat, form: "plain or json",
            summary: "How log lines on standard error look.", parse: { LogFormat(rawValue: $0) },
            print: { $0.rawValue }),
        .make(
            "log_level", .logs, \.logLevel, form: "debug, info, notice, warning or error",
            summary: "The least severe log line that is written.",
            parse: { ["debug", "info", "notice", "warning", "error"].contains($0) ? $0 : nil }, print: { $0 }),
    ]

    private static func optionalCount(
        _ key: String, _ path: any WritableKeyPath<ServeSettings, Int?> & Sendable, summary: String, defaultText: String
    ) -> SettingDescriptor {
        .optional(
            key, .resources, path, form: "a whole number from 1 to 1024", summary: summary, defaultText: defaultText,
            parse: { Int($0).flatMap { (1...1024).contains($0) ? $0 : nil } }, print: { String($0) })
    }
}
