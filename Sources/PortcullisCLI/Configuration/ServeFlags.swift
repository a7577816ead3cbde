import ArgumentParser
import Foundation

/// The flags of every setting that has one. A test compares them with `SettingsTable`.
struct ServeFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp("A YAML file of settings; flags and environment variables go over it.", valueName: "path"),
        completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @OptionGroup(title: "Where it listens and what it guards") var addressFlags: AddressFlags
    @OptionGroup(title: "The policy") var policyFlags: PolicyFlags
    @OptionGroup(title: "Audit log and key") var auditFlags: AuditFlags
    @OptionGroup(title: "Times") var timeFlags: TimeFlags
    @OptionGroup(title: "Threads and budgets") var resourceFlags: ResourceFlags
    @OptionGroup(title: "Logs") var logFlags: LogFlags

    /// The values that were given, by key.
    var values: [String: String] {
        let groups: [[String: String?]] = [
            addressFlags.values, policyFlags.values, auditFlags.values, timeFlags.values, resourceFlags.values,
            logFlags.values,
        ]
        return groups.reduce(into: [:]) { result, group in result.merge(group.compactMapValues { $0 }) { $1 } }
    }

    /// The settings that environment and file give, for commands without these flags.
    static func environmentAlone() throws(CommandFailure) -> EffectiveSettings {
        try resolve([:], environment: ProcessInfo.processInfo.environment, configurationPath: nil)
    }

    /// The settings that hold, from all sources.
    ///
    /// Throws `CommandFailure` with every mistake.
    func resolve(environment: [String: String]) throws(CommandFailure) -> EffectiveSettings {
        try Self.resolve(values, environment: environment, configurationPath: config)
    }

    private static func resolve(
        _ values: [String: String], environment: [String: String], configurationPath: String?
    ) throws(CommandFailure) -> EffectiveSettings {
        let resolver = SettingsResolver(
            flags: values, environment: environment, configurationPath: configurationPath)
        do throws(ConfigurationMistakes) {
            return try resolver.resolve()
        } catch {
            throw .configuration("the configuration has mistakes\n  " + error.mistakes.joined(separator: "\n  "))
        }
    }
}

/// Where it listens and what it guards.
struct AddressFlags: ParsableArguments {
    @Option(help: Self.help("listen", "host:port")) var listen: String?
    @Option(help: Self.help("admin", "host:port")) var admin: String?
    @Option(help: Self.help("upstream", "url")) var upstream: String?

    /// What was given, by key.
    var values: [String: String?] {
        [
            "listen": listen,
            "admin": admin,
            "upstream": upstream,
        ]
    }
}

/// The policy.
struct PolicyFlags: ParsableArguments {
    @Option(help: Self.help("policy", "name-or-path"), completion: .file(extensions: ["yaml", "yml"]))
    var policy: String?
    @Option(help: Self.help("mode", "mode"), completion: .list(["monitor", "enforce"])) var mode: String?
    @Option(help: Self.help("canaries", "csv"), completion: .file(extensions: ["csv"])) var canaries: String?
    @Option(help: Self.help("canary_interval", "time")) var canaryInterval: String?

    /// What was given, by key.
    var values: [String: String?] {
        [
            "policy": policy,
            "mode": mode,
            "canaries": canaries,
            "canary_interval": canaryInterval,
        ]
    }
}

/// Audit log and key.
struct AuditFlags: ParsableArguments {
    @Option(help: Self.help("audit_directory", "path"), completion: .directory) var auditDirectory: String?
    @Option(help: Self.help("audit_fsync", "when")) var auditFsync: String?
    @Option(help: Self.help("audit_rotate_size", "size")) var auditRotateSize: String?
    @Option(help: Self.help("audit_rotate_age", "time")) var auditRotateAge: String?
    @Option(help: Self.help("audit_queue", "count")) var auditQueue: String?
    @Option(help: Self.help("instance", "name")) var instance: String?
    @Option(help: Self.help("key_file", "path"), completion: .file()) var keyFile: String?

    /// What was given, by key.
    var values: [String: String?] {
        [
            "audit_directory": auditDirectory,
            "audit_fsync": auditFsync,
            "audit_rotate_size": auditRotateSize,
            "audit_rotate_age": auditRotateAge,
            "audit_queue": auditQueue,
            "instance": instance,
            "key_file": keyFile,
        ]
    }
}

/// Times.
struct TimeFlags: ParsableArguments {
    @Option(help: Self.help("timeout_head", "time")) var timeoutHead: String?
    @Option(help: Self.help("timeout_body_idle", "time")) var timeoutBodyIdle: String?
    @Option(help: Self.help("timeout_body", "time")) var timeoutBody: String?
    @Option(help: Self.help("timeout_queue", "time")) var timeoutQueue: String?
    @Option(help: Self.help("timeout_connect", "time")) var timeoutConnect: String?
    @Option(help: Self.help("timeout_first_byte", "time")) var timeoutFirstByte: String?
    @Option(help: Self.help("timeout_total", "time")) var timeoutTotal: String?
    @Option(help: Self.help("timeout_keep_alive", "time")) var timeoutKeepAlive: String?
    @Option(help: Self.help("timeout_upstream_keep_alive", "time")) var timeoutUpstreamKeepAlive: String?
    @Option(help: Self.help("drain_delay", "time")) var drainDelay: String?
    @Option(help: Self.help("drain_timeout", "time")) var drainTimeout: String?

    /// What was given, by key.
    var values: [String: String?] {
        [
            "timeout_head": timeoutHead,
            "timeout_body_idle": timeoutBodyIdle,
            "timeout_body": timeoutBody,
            "timeout_queue": timeoutQueue,
            "timeout_connect": timeoutConnect,
            "timeout_first_byte": timeoutFirstByte,
            "timeout_total": timeoutTotal,
            "timeout_keep_alive": timeoutKeepAlive,
            "timeout_upstream_keep_alive": timeoutUpstreamKeepAlive,
            "drain_delay": drainDelay,
            "drain_timeout": drainTimeout,
        ]
    }
}

/// Threads and budgets.
struct ResourceFlags: ParsableArguments {
    @Option(help: Self.help("event_loops", "count")) var eventLoops: String?
    @Option(help: Self.help("pixel_threads", "count")) var pixelThreads: String?
    @Option(help: Self.help("body_budget", "size")) var bodyBudget: String?
    @Option(help: Self.help("body_share", "percent")) var bodyShare: String?
    @Option(help: Self.help("decode_budget", "size")) var decodeBudget: String?
    @Option(help: Self.help("answer_limit", "size")) var answerLimit: String?
    @Option(help: Self.help("running_inspections", "count")) var runningInspections: String?
    @Option(help: Self.help("queued_inspections", "count")) var queuedInspections: String?
    @Option(help: Self.help("copies", "count")) var copies: String?
    @Option(help: Self.help("connections", "count")) var connections: String?

    /// What was given, by key.
    var values: [String: String?] {
        [
            "event_loops": eventLoops,
            "pixel_threads": pixelThreads,
            "body_budget": bodyBudget,
            "body_share": bodyShare,
            "decode_budget": decodeBudget,
            "answer_limit": answerLimit,
            "running_inspections": runningInspections,
            "queued_inspections": queuedInspections,
            "copies": copies,
            "connections": connections,
        ]
    }
}

/// Logs.
struct LogFlags: ParsableArguments {
    @Option(help: Self.help("log_format", "format"), completion: .list(["plain", "json"])) var logFormat: String?
    @Option(help: Self.help("log_level", "level"), completion: .list(["debug", "info", "notice", "warning", "error"]))
    var logLevel: String?

    /// What was given, by key.
    var values: [String: String?] {
        [
            "log_format": logFormat,
            "log_level": logLevel,
        ]
    }
}

extension ParsableArguments {
    /// The help of the setting called `key`, whose values are shown as `<valueName>`.
    static func help(_ key: String, _ valueName: String) -> ArgumentHelp {
        ArgumentHelp(stringLiteral: SettingsTable.help(key)).named(valueName)
    }
}

extension ArgumentHelp {
    /// The same help with another value name.
    fileprivate func named(_ name: String) -> ArgumentHelp {
        var copy = self
        copy.valueName = name
        return copy
    }
}
