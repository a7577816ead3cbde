import PortcullisProxy
import Testing

@testable import PortcullisCLI

@Suite("SettingsResolver")
struct SettingsResolverTests {
    private static func resolver(
        flags: [String: String] = [:], environment: [String: String] = [:], file: String? = nil,
        others: [String: String] = [:]
    ) -> SettingsResolver {
        var files = others
        if let file { files["p.yaml"] = file }
        let known = files
        return SettingsResolver(
            flags: flags, environment: environment, configurationPath: file == nil ? nil : "p.yaml",
            readFile: { path in
                known[path].map { .success(Array($0.utf8)) } ?? .failure(FileReadingError(reason: "cannot be read"))
            })
    }

    private static func mistakes(_ resolver: SettingsResolver) -> [String] {
        do {
            _ = try resolver.resolve()
            return []
        } catch {
            return error.mistakes
        }
    }

    struct Precedence: Sendable, CustomTestStringConvertible {
        let flag: String?
        let variable: String?
        let line: String?
        let port: Int
        let origin: SettingOrigin
        var testDescription: String { origin.description }
    }

    @Test(
        "flags go over environment, environment over the file, the file over the default",
        arguments: [
            Precedence(flag: nil, variable: nil, line: nil, port: 8080, origin: .defaultValue),
            Precedence(flag: nil, variable: nil, line: "a:3", port: 3, origin: .file(path: "p.yaml", line: 2)),
            Precedence(flag: nil, variable: "a:2", line: nil, port: 2, origin: .environment("PORTCULLIS_LISTEN")),
            Precedence(flag: nil, variable: "a:2", line: "a:3", port: 2, origin: .environment("PORTCULLIS_LISTEN")),
            Precedence(flag: "a:1", variable: nil, line: "a:3", port: 1, origin: .flag("--listen")),
            Precedence(flag: "a:1", variable: "a:2", line: "a:3", port: 1, origin: .flag("--listen")),
        ])
    func prefers(_ row: Precedence) throws {
        let settings = try Self.resolver(
            flags: row.flag.map { ["listen": $0] } ?? [:],
            environment: row.variable.map { ["PORTCULLIS_LISTEN": $0] } ?? [:],
            file: row.line.map { "# our guard\nlisten: \($0)\n" }
        ).resolve()
        #expect(settings.values.listen.port == row.port)
        #expect(settings.origins["listen"] == row.origin)
    }

    @Test("every setting has an origin")
    func hasOrigins() throws {
        let settings = try Self.resolver().resolve()
        #expect(Set(settings.origins.keys) == Set(SettingsTable.all.map(\.key)))
        #expect(settings.origins.values.allSatisfy { $0 == .defaultValue })
    }

    @Test("all mistakes of all sources are reported together, each with its place")
    func reportsTogether() {
        let found = Self.mistakes(
            Self.resolver(
                flags: ["timeout_total": "5"], environment: ["PORTCULLIS_COPIES": "many"],
                file: "listen: nowhere\nadmin: [a]\npolcy: x\n"))
        #expect(found.count == 5)
        for place in ["p.yaml:1", "p.yaml:2:1", "p.yaml:3:1", "env PORTCULLIS_COPIES", "flag --timeout-total"] {
            #expect(found.contains { $0.hasPrefix(place) }, "\(place)")
        }
    }

    @Test("a value is checked even where a stronger source overwrites it")
    func checksOverwritten() {
        #expect(Self.mistakes(Self.resolver(flags: ["copies": "4"], file: "copies: many\n")).count == 1)
    }

    @Test(
        "unknown names are mistakes with the nearest name",
        arguments: [
            ("PORTCULLIS_LISTN", "PORTCULLIS_LISTEN"), ("PORTCULLIS_AUDIT_DIRECTRY", "PORTCULLIS_AUDIT_DIRECTORY"),
            ("PORTCULLIS_UPSTREAM_FIL", "PORTCULLIS_UPSTREAM_FILE"),
        ])
    func suggests(variable: String, nearest: String) {
        let found = Self.mistakes(Self.resolver(environment: [variable: "x"]))
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix("did you mean \(nearest)?") == true)
    }

    @Test("an unknown name of the file is a mistake with the nearest name")
    func suggestsKey() {
        let found = Self.mistakes(Self.resolver(file: "timeout_boddy: 3s\n"))
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix("did you mean timeout_body?") == true)
    }

    @Test(
        "what Kubernetes and Docker set for a service called portcullis is ignored",
        arguments: [
            "PORTCULLIS_SERVICE_HOST", "PORTCULLIS_SERVICE_PORT", "PORTCULLIS_SERVICE_PORT_HTTP", "PORTCULLIS_PORT",
            "PORTCULLIS_PORT_8080_TCP_ADDR",
        ])
    func ignoresServiceLinks(variable: String) throws {
        let settings = try Self.resolver(environment: [variable: "tcp://10.0.0.1:8080"]).resolve()
        #expect(settings.values.listen == ServeSettings().listen)
    }

    @Test("the key comes from the environment alone and is never shown")
    func hidesKey() throws {
        let secret = "00112233445566778899aabbccddeeff"
        let settings = try Self.resolver(environment: ["PORTCULLIS_KEY": secret]).resolve()
        #expect(settings.values.key == secret)
        let rows = ConfigShow.rows(settings)
        #expect(rows.allSatisfy { $0.value?.contains(secret) != true })
        #expect(rows.first { $0.key == "key" }?.origin == "env PORTCULLIS_KEY")
        let inFile = Self.mistakes(Self.resolver(file: "key: \(secret)\n"))
        #expect(inFile.count == 1)
        let malformed = Self.mistakes(Self.resolver(environment: ["PORTCULLIS_KEY": "s3cret"]))
        #expect(malformed.count == 1)
        #expect(malformed.allSatisfy { !$0.contains("s3cret") })
    }

    @Test("a variable ending in _FILE names a file with the value")
    func readsValueFile() throws {
        let settings = try Self.resolver(
            environment: ["PORTCULLIS_UPSTREAM_FILE": "u"], others: ["u": "http://model:9\n"]
        ).resolve()
        #expect(settings.values.upstream?.port == 9)
        #expect(settings.origins["upstream"] == .environment("PORTCULLIS_UPSTREAM_FILE"))
        let both = ["PORTCULLIS_UPSTREAM_FILE": "u", "PORTCULLIS_UPSTREAM": "http://model:9"]
        #expect(Self.mistakes(Self.resolver(environment: both, others: ["u": "http://model:9"])).count == 1)
        #expect(Self.mistakes(Self.resolver(environment: ["PORTCULLIS_UPSTREAM_FILE": "absent"])).count == 1)
    }

    @Test("a configuration file that cannot be read is a mistake")
    func needsItsFile() {
        let resolver = SettingsResolver(
            flags: [:], environment: ["PORTCULLIS_CONFIG": "absent"], configurationPath: nil,
            readFile: { _ in .failure(FileReadingError(reason: "cannot be read")) })
        #expect(Self.mistakes(resolver) == ["absent: cannot be read"])
    }
}
