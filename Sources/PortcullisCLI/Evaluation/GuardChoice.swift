import AdmissionPolicy
import ArgumentParser
import Foundation
import PortcullisProxy
import RobustnessEvaluation

/// Whether the policy's gate is left as it is.
enum GateHandling: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// As the policy has it.
    case asPolicy = "as-policy"
    /// Images behind a closed gate are sent again with the gate open.
    case open
}

/// The guard that images are sent through, and the model behind it.
struct GuardChoice: ParsableArguments {
    @Option(name: .customLong("guard"), help: ArgumentHelp("A guard that runs already.", valueName: "url"))
    var guardURL: String?
    @Option(help: ArgumentHelp("The running guard's audit log.", valueName: "dir"), completion: .directory)
    var audit: String?
    @Flag(name: .customLong("self"), help: "Start the embedded model, and a guard in front of it, on loopback.")
    var isSelf = false
    @Option(
        help: ArgumentHelp(
            "The model, such as http://127.0.0.1:8000: a guard is started in front of it, unless --guard names one; it is "
                + "also asked directly.", valueName: "url"))
    var upstream: String?
    @Option(help: ArgumentHelp("The policy: a path or a built-in name.", valueName: "name-or-path"))
    var policy = PolicySource.defaultName
    @Option(
        help: ArgumentHelp("The path that images are sent to (default: /, or /digit with --self).", valueName: "path"))
    var path: String?
    @Option(
        help: ArgumentHelp(
            "as-policy, or open: also send images behind a closed gate with the gate open, and report what it misses.",
            valueName: "gate"))
    var gate = GateHandling.asPolicy

    func validate() throws {
        if isSelf {
            if guardURL != nil || audit != nil || upstream != nil {
                throw ValidationError("--self excludes --guard, --audit and --upstream")
            }
        } else if guardURL != nil || audit != nil {
            guard guardURL != nil, audit != nil else { throw ValidationError("--guard and --audit go together") }
            if gate == .open {
                throw ValidationError(
                    "--gate open needs --upstream without --guard, or --self: a running guard has its own policy")
            }
        } else if upstream == nil {
            throw ValidationError("give --upstream, --self, or --guard with --audit")
        }
        if let path, !path.hasPrefix("/") { throw ValidationError("--path must begin with a slash") }
    }

    /// The path, given or not.
    var answerPath: String { path ?? (isSelf ? "/digit" : "/") }

    /// True where the model is also asked directly.
    var isModelAsked: Bool { isSelf || upstream != nil }

    /// The running guard; nil where one is to be started.
    func guardAddress() throws(CommandFailure) -> WebAddress? {
        guard let guardURL else { return nil }
        guard let address = WebAddress(guardURL) else {
            throw .usage("--guard must be a URL such as http://127.0.0.1:8080; \"\(guardURL)\" is not")
        }
        return address
    }

    /// The model; nil where none is named.
    func upstreamAddress() throws(CommandFailure) -> UpstreamAddress? {
        guard let upstream else { return nil }
        guard let address = UpstreamAddress(url: upstream) else {
            throw .usage(
                "--upstream must be a URL without a path, such as http://127.0.0.1:8000; \"\(upstream)\" is not; "
                    + "the model's path goes to --path")
        }
        return address
    }

    /// The plan, and its route that inspects what is posted to the path.
    func route() throws(CommandFailure) -> (plan: PolicyPlan, route: RoutePlan) {
        let plan = try PolicySource.load(policy)
        if let route = plan.route(method: "POST", path: answerPath, host: nil), route.handling == .inspect {
            return (plan, route)
        }
        let inspecting = plan.routes.filter { $0.handling == .inspect }.map { route in
            "\(route.name) (\(route.match.paths.isEmpty ? "every path" : route.match.paths.joined(separator: " ")))"
        }
        throw .usage(
            "the policy \(plan.name) inspects nothing at POST \(answerPath); choose another --path: it inspects "
                + (inspecting.isEmpty ? "nothing at all" : inspecting.joined(separator: ", ")))
    }
}
