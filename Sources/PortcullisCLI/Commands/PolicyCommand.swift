import AdmissionPolicy
import ArgumentParser
import Foundation

/// `portcullis policy …`.
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Checks policies and prints the built-in ones.",
        discussion: """
            To write one, begin with a built-in policy:
              portcullis policy print balanced > policy.yaml
              portcullis policy check policy.yaml
              portcullis serve --upstream http://127.0.0.1:8000 --policy policy.yaml
            """,
        subcommands: [PolicyCheck.self, PolicyList.self, PolicyPrint.self, PolicyKeys.self])
}

/// `portcullis policy check`.
struct PolicyCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Prints every mistake and warning of policy files.",
        discussion: """
            One line each, as file:line:column: message. Exits with 3 when a file has a mistake; warnings do not count.
            For each route with a calibration it prints what that rests on, and what the rates of the rules mean in raw
            numbers; a calibration older than 90 days is a warning.

            Example:
              portcullis policy check Policies/balanced.yaml
            """)

    @Argument(
        help: ArgumentHelp("Policy files, or names of built-in policies.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var files: [String]

    func validate() throws {
        if files.isEmpty { throw ValidationError("name at least one file") }
    }

    func run() async throws {
        var isBad = false
        let now = Int(Date().timeIntervalSince1970)
        for file in files {
            do throws(PolicyMistakes) {
                let plan = try PolicySource.plan(file)
                for warning in plan.warnings + plan.calibrationWarnings(nowSeconds: now) {
                    Terminal.print("\(PolicyText.place(warning, origin: file)): warning: \(warning.message)")
                }
                let modes = Set(plan.routes.map(\.mode.rawValue)).sorted().joined(separator: " and ")
                Terminal.print("\(file): fine: \(plan.name), \(plan.routes.count) routes, \(modes)")
                for line in plan.routes.flatMap({ PolicyCalibrationText.lines($0, nowSeconds: now) }) {
                    Terminal.print("  " + line)
                }
            } catch {
                isBad = true
                for line in PolicyText.lines(error) { Terminal.print(line) }
            }
        }
        if isBad { throw ExitCode(ExitStatus.configuration.rawValue) }
    }
}

/// `portcullis policy list`.
struct PolicyList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the policies that the binary carries.")

    func run() async throws {
        for name in PolicyLoader.builtInNames {
            Terminal.print(name)
        }
    }
}

/// `portcullis policy print`.
struct PolicyPrint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "print",
        abstract: "Prints a policy that the binary carries, comments included.",
        discussion: """
            Example:
              portcullis policy print balanced > policy.yaml
            """)

    @Argument(help: ArgumentHelp("One of `portcullis policy list`.", valueName: "name")) var name: String

    func run() async throws {
        guard let text = PolicyLoader.builtInText(name).map({ String(decoding: $0, as: UTF8.self) }) else {
            let names = PolicyLoader.builtInNames.joined(separator: ", ")
            throw CommandFailure.usage("there is no built-in policy \"\(name)\"; there are \(names)")
        }
        Terminal.print(text.hasSuffix("\n") ? String(text.dropLast()) : text)
    }
}
