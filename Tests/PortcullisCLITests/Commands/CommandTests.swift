import AdmissionPolicy
import ArgumentParser
import AuditTrail
import PixelCore
import PortcullisProxy
import Testing

@testable import PortcullisCLI

@Suite("Portcullis")
struct PortcullisTests {
    /// Every command, those of groups included.
    private static func commands(
        _ command: any ParsableCommand.Type = Portcullis.self
    ) -> [any ParsableCommand.Type] {
        [command] + command.configuration.subcommands.flatMap { commands($0) }
    }

    @Test("every command says what it does, and all but groups and lists show an example")
    func explainsItself() {
        for command in Self.commands() {
            let configuration = command.configuration
            #expect(configuration.abstract.hasSuffix("."), "\(command)")
            let isListing = command == PolicyList.self || command == ConfigDocument.self || command == PolicyKeys.self
            if configuration.subcommands.isEmpty, !isListing {
                #expect(configuration.discussion.contains("Example"), "\(command)")
                #expect(configuration.discussion.contains("portcullis "), "\(command)")
            }
        }
    }

    @Test(
        "the arguments of every example parse",
        arguments: [
            ["serve", "--upstream", "http://127.0.0.1:8000"], ["demo", "--once"],
            ["demo-model", "--listen", "127.0.0.1:8501"],
            [
                "inspect", "--json", "--policy", "strict", "--upstream", "http://127.0.0.1:8000", "--path", "/p",
                "a.jpg",
            ],
            ["sanitize", "a.png", "b.png", "--pipeline", "median(3),jpeg(75)"], ["policy", "check", "p.yaml"],
            ["policy", "print", "balanced"], ["config", "show", "--listen", "0.0.0.0:80"], ["audit", "verify", "dir"],
            ["audit", "tail", "-f"], ["audit", "query", "--verdict", "flag", "--since", "1h"],
            ["catalogue", "--markdown"],
            ["evaluate", "--self", "--manifest", "m.csv", "--calibrate", "clean_cal", "--rate", "0.05"],
            [
                "evaluate", "--upstream", "http://127.0.0.1:8000", "--path", "/p", "--manifest", "m.csv", "--out",
                "dir",
                "--rates", "5%,1%", "--gate", "open", "--detectors-shown", "a,b", "--peer", "p.json",
            ],
            ["evaluate", "--guard", "http://a", "--audit", "d", "--upstream", "http://b", "--manifest", "m.csv"],
            ["doctor", "--upstream", "http://127.0.0.1:8000", "--images", "dir"], ["healthcheck"],
        ])
    func parses(arguments: [String]) throws {
        let command = try Portcullis.parseAsRoot(arguments)
        #expect(!(command is Portcullis))
    }

    @Test(
        "contradictory arguments are refused",
        arguments: [
            ["inspect"], ["inspect", "a", "--upstream", "http://a", "--model", "digit"],
            ["inspect", "a", "b", "--residual", "r"],
            ["sanitize", "a.png", "b.png"], ["sanitize", "a.png", "b.gif", "--pipeline", "median(3)"],
            ["sanitize", "a.png", "b.png", "--pipeline", "median(3)", "--policy", "strict"],
            ["evaluate", "--manifest", "m"], ["evaluate", "--manifest", "m", "--self", "--guard", "http://a"],
            ["evaluate", "--manifest", "m", "--guard", "http://a"],
            ["evaluate", "--manifest", "m", "--guard", "http://a", "--audit", "d", "--gate", "open"],
            ["evaluate", "--manifest", "m", "--self", "--out", "old.json"],
            ["evaluate", "--manifest", "m", "--self", "--calibrate", "r", "--out", "dir"],
            ["catalogue", "--json", "--markdown"], ["audit", "tail", "-n", "x"], ["demo", "--port", "70000"],
        ])
    func refuses(arguments: [String]) {
        #expect(throws: (any Error).self) { try Portcullis.parseAsRoot(arguments) }
    }
}

@Suite("AuditQueryCommand")
struct AuditQueryCommandTests {
    private static let now = AuditTime(microseconds: 1_700_000_000_000_000)

    private static func query(_ arguments: [String]) throws -> AuditQuery {
        try AuditQueryCommand.parse(arguments).makeQuery(now: now)
    }

    @Test("reads verdicts, ages and the rest")
    func makesQuery() throws {
        let query = try Self.query([
            "--verdict", "flag", "--verdict", "reject", "--since", "1h", "--route", "r", "--reason", "c", "--limit",
            "3",
        ])
        #expect(query.verdicts == ["flag", "reject"])
        #expect(query.since == Self.now.advanced(microseconds: -3_600_000_000))
        #expect(query.route == "r")
        #expect(query.reason == "c")
        #expect(query.limit == 3)
    }

    @Test("all bad values are named together")
    func namesMistakes() {
        let failure = #expect(throws: CommandFailure.self) {
            try Self.query(["--verdict", "maybe", "--since", "soon", "--id", "x", "--kind", "y", "--limit", "0"])
        }
        #expect(failure?.status == .usage)
        #expect(failure?.message.split(separator: "\n").count == 5)
    }
}

@Suite("DemoModelCommand")
struct DemoModelCommandTests {
    @Test("reads boxes between semicolons")
    func readsBoxes() throws {
        #expect(
            try DemoModelCommand.regions("1,2,28,28; 40,2,28,28")
                == [Region(x: 1, y: 2, width: 28, height: 28), Region(x: 40, y: 2, width: 28, height: 28)].compactMap {
                    $0
                })
    }

    @Test("refuses anything else", arguments: ["", ";", "1,2,3", "a,b,c,d", "-1,0,1,1", "0,0,0,0"])
    func refuses(text: String) {
        #expect(throws: CommandFailure.self) { try DemoModelCommand.regions(text) }
    }
}

@Suite("Banner")
struct BannerTests {
    @Test("a monitored guard prints the line that turns enforcement on, and it parses")
    func printsEnforcingLine() throws {
        var settings = ServeSettings()
        settings.upstream = UpstreamAddress(host: "127.0.0.1", port: 8000)
        let line = try #require(Banner.enforcingLine(settings: settings, policy: Serve.policy(settings)))
        #expect(line == "portcullis serve --upstream http://127.0.0.1:8000 --policy balanced --mode enforce")
        #expect(try Portcullis.parseAsRoot(line.split(separator: " ").dropFirst().map(String.init)) is Serve)
    }

    @Test("an enforcing guard prints none")
    func printsNone() throws {
        var settings = ServeSettings()
        settings.policy = "cheque-intake"
        #expect(Banner.enforcingLine(settings: settings, policy: try Serve.policy(settings)) == nil)
    }

    @Test("says where it listens, the policy, the mode and the log")
    func saysFacts() throws {
        let settings = ServeSettings()
        let facts = Banner.facts(settings: settings, dataPort: 1, adminPort: 2, policy: try Serve.policy(settings))
        #expect(Set(facts.map(\.name)).isSuperset(of: ["listening", "admin", "policy", "mode", "audit", "enforce"]))
        #expect(facts.first { $0.name == "listening" }?.value.contains("127.0.0.1:1") == true)
    }
}
