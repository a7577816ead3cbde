import ArgumentParser
import Foundation

/// `portcullis healthcheck`.
struct HealthCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "healthcheck",
        abstract: "Asks a running guard whether it is ready: exits with 0 when it is, with 1 when not.",
        discussion: """
            For containers, which have no other program to ask with.

            Example:
              portcullis healthcheck --url http://127.0.0.1:9090/readyz
            """)

    @Option(help: ArgumentHelp("What to ask (default: /readyz at the configured admin address).", valueName: "url"))
    var url: String?
    @Option(help: ArgumentHelp("Longest time to wait, such as 2s.", valueName: "time")) var timeout = "2s"

    func run() async throws {
        guard let patience = Quantity.duration(timeout), patience > .zero else {
            throw CommandFailure.usage("--timeout must be \(Quantity.durationForm); \"\(timeout)\" is not")
        }
        let address = try target()
        let client = WebClient(timeout: patience, connectTimeout: patience)
        do throws(WebClientError) {
            let reply = try await client.send(.get(""), to: address)
            if reply.status == 200 { return }
            let first = String(decoding: reply.body.prefix(200), as: UTF8.self).split(separator: "\n").first ?? ""
            Terminal.complain("not ready: \(address) answered \(reply.status) \(first)")
        } catch {
            Terminal.complain("not ready: \(error)")
        }
        throw ExitCode(ExitStatus.findings.rawValue)
    }

    private func target() throws(CommandFailure) -> WebAddress {
        guard let url else {
            let admin = try ServeFlags.environmentAlone().values.admin
            let isAny = admin.host == "0.0.0.0" || admin.host == "::"
            return WebAddress(host: isAny ? "127.0.0.1" : admin.host, port: admin.port, path: "/readyz")
        }
        guard let address = WebAddress(url) else {
            throw .usage("--url must be a URL such as http://127.0.0.1:9090/readyz; \"\(url)\" is not")
        }
        return address
    }
}
