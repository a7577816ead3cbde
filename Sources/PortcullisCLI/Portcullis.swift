import ArgumentParser
import Foundation

/// The `portcullis` command.
@main
struct Portcullis: AsyncParsableCommand {
    /// What `--version` prints, `/version` answers and audit records name.
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "portcullis",
        abstract: "Guards a deployed image classifier against adversarial images.",
        discussion: """
            It stands in front of the model: finds the images in requests, looks for signs of an attack, gives the model a \
            defended copy, then forwards, flags, diverts or rejects under a policy, and keeps a record of what it did.

            First steps:
              portcullis demo                                    see a forged cheque caught
              portcullis serve --upstream http://127.0.0.1:8000  guard your model, changing nothing yet

            Exit codes: 0 fine, 1 findings, 2 usage, 3 configuration or policy, 4 upstream or files.
            """,
        version: version,
        subcommands: [
            Serve.self, Demo.self, DemoModelCommand.self, Inspect.self, Sanitize.self, PolicyCommand.self,
            ConfigCommand.self, AuditCommand.self, Catalogue.self, Calibrate.self, Scan.self, Replay.self,
            Evaluate.self, Doctor.self, HealthCheck.self,
        ])

    /// Runs the command that the arguments name and exits with its status.
    static func main() async {
        // A reader that goes away must not kill the process: writes fail with EPIPE instead.
        signal(SIGPIPE, SIG_IGN)
        Foundation.exit(await status(of: nil))
    }

    /// Runs the command that `arguments` (or the process's own) name; the exit status it ends with.
    static func status(of arguments: [String]?) async -> Int32 {
        do {
            var command = try parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return ExitStatus.fine.rawValue
        } catch let failure as CommandFailure {
            Terminal.complain(failure.message)
            return failure.status.rawValue
        } catch let code as ExitCode {
            return code.rawValue
        } catch {
            return report(error)
        }
    }

    /// Help, the version and a completion script arrive as errors too.
    private static func report(_ error: any Error) -> Int32 {
        let code = exitCode(for: error)
        let text = fullMessage(for: error)
        if code == .success {
            Terminal.print(text)
            return ExitStatus.fine.rawValue
        }
        Terminal.complain(text.hasPrefix("Error: ") ? String(text.dropFirst(7)) : text)
        return code == .validationFailure ? ExitStatus.usage.rawValue : code.rawValue
    }
}
