import AdmissionPolicy
import ArgumentParser
import Foundation
import Logging
import PortcullisProxy
import ServiceLifecycle
import UnixSignals

/// `portcullis serve`: the guard in front of a model.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the guard in front of a model.",
        discussion: """
            With --upstream alone it watches: the built-in policy "balanced" in monitor mode, answers unchanged, verdicts \
            in the audit log. It prints the line that turns enforcement on.

            Every setting may also stand in the environment (--listen is PORTCULLIS_LISTEN) or in the YAML file of --config \
            (listen: …); `portcullis config show` says which holds.

            SIGTERM drains: /readyz turns 503, requests in flight are finished. A second SIGTERM ends at once.

            Examples:
              portcullis serve --upstream http://127.0.0.1:8000
              portcullis serve --upstream http://127.0.0.1:8000 --policy policy.yaml --mode enforce
            """)

    @OptionGroup var flags: ServeFlags

    func run() async throws {
        let settings = try flags.resolve(environment: ProcessInfo.processInfo.environment).values
        guard let upstream = settings.upstream else {
            throw CommandFailure.configuration(
                "no model is named: give --upstream, PORTCULLIS_UPSTREAM or upstream in the file, such as http://127.0.0.1:8000"
            )
        }
        let policy = try Self.policy(settings)
        let logger = LineLogHandler.logger(settings)
        for warning in policy.warnings {
            logger.warning("\(PolicyText.place(warning, origin: policy.origin)): \(warning.message)")
        }
        let assembly = try GuardAssembly(settings: settings, upstream: upstream, policy: policy, logger: logger)
        do {
            try await Self.run(assembly, settings: settings, policy: policy, logger: logger)
        } catch {
            await assembly.close()
            throw GuardAssembly.failure(error)
        }
        await assembly.close()
        logger.info("stopped")
    }

    /// The policy that holds: monitored when none was named and nothing else was said.
    static func policy(_ settings: ServeSettings) throws(CommandFailure) -> PolicyPlan {
        let plan = try PolicySource.load(settings.policy ?? PolicySource.defaultName)
        guard let mode = settings.mode ?? (settings.policy == nil ? .monitor : nil) else { return plan }
        return plan.with(mode: mode)
    }

    private static func run(
        _ assembly: GuardAssembly, settings: ServeSettings, policy: PolicyPlan, logger: Logger
    ) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        var configuration = ServiceGroupConfiguration(services: [assembly.server], logger: quiet(logger))
        // The proxy ends its own drain; this is for a process that hangs all the same.
        configuration.maximumGracefulShutdownDuration = settings.drainDelay + settings.drainTimeout + .seconds(15)
        let group = ServiceGroup(configuration: configuration)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await stop(group, on: signals, logger: logger) }
            tasks.addTask {
                // When it does not start, `run` says why.
                guard let ports = try? await assembly.server.ports() else { return }
                Banner.show(settings: settings, ports: ports, policy: policy, logger: logger)
            }
            defer { tasks.cancelAll() }
            try await group.run()
        }
    }

    /// The first signal drains; the second ends the process where it stands, with records that were not written lost.
    private static func stop(_ group: ServiceGroup, on signals: UnixSignalsSequence, logger: Logger) async {
        var isDraining = false
        for await signal in signals {
            if isDraining {
                logger.error("ended at once: a second signal came while requests were finished")
                Foundation.exit(ExitStatus.findings.rawValue)
            }
            isDraining = true
            logger.notice("stopping", metadata: ["signal": "\(signal)"])
            await group.triggerGracefulShutdown()
        }
    }

    /// The service group's own lines matter only when something is wrong.
    private static func quiet(_ logger: Logger) -> Logger {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .error)
        return quiet
    }
}
