import AdmissionPolicy
import Testing

@testable import PortcullisCLI

@Suite("PolicySource")
struct PolicySourceTests {
    @Test("every built-in policy loads by its name", arguments: PolicyLoader.builtInNames)
    func loadsBuiltIn(name: String) throws {
        #expect(try PolicySource.load(name).name == name)
    }

    @Test("a policy that is not there is a configuration error that names the nearest built-in one")
    func suggests() {
        let failure = #expect(throws: CommandFailure.self) { try PolicySource.load("balancd") }
        #expect(failure?.status == .configuration)
        #expect(failure?.message.contains("did you mean balanced?") == true)
    }

    @Test("without a policy the built-in one is monitored; with one, what it says holds; --mode goes over both")
    func choosesMode() throws {
        var settings = ServeSettings()
        #expect(try Serve.policy(settings).name == "balanced")
        #expect(try Serve.policy(settings).routes.allSatisfy { $0.mode == .monitor })
        settings.policy = "cheque-intake"
        #expect(try Serve.policy(settings).routes.contains { $0.mode == .enforce })
        settings.mode = .monitor
        #expect(try Serve.policy(settings).routes.allSatisfy { $0.mode == .monitor })
    }

    @Test("a route is found by its name, by its path, or is the first that inspects")
    func findsRoute() throws {
        let plan = try PolicySource.load("cheque-intake")
        #expect(try PolicySource.route("digits", of: plan).name == "digits")
        #expect(try PolicySource.route(nil, of: plan, at: "/digit").name == "digits")
        #expect(try PolicySource.route(nil, of: plan).name == "cheques")
        let failure = #expect(throws: CommandFailure.self) { try PolicySource.route("health", of: plan) }
        #expect(failure?.status == .usage)
    }
}
