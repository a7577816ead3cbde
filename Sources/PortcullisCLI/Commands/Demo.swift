import AdmissionPolicy
import ArgumentParser
import DigitClassifier
import Foundation

/// `portcullis demo`: the guard catching forged digits and cheques, on this machine.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Plays clean and attacked digits and cheques against a real model, without and with the guard.",
        discussion: """
            Starts the embedded digit model and a guard in front of it on loopback, sends the pictures of examples/images to \
            both, prints what each answered, and stays up with lines to try. Nothing leaves this machine.

            With --once it prints one JSON line a picture and ends: with 0 when every attack was caught and no clean picture \
            was held up, with 1 otherwise.

            Example:
              portcullis demo
            """)

    @Flag(help: "Print JSON lines and end.") var once = false
    @Option(help: ArgumentHelp("Port of the model on loopback; 0 lets the system choose.", valueName: "port"))
    var modelPort = 0
    @Option(help: ArgumentHelp("Port of the guard on loopback; 0 lets the system choose.", valueName: "port"))
    var port = 0
    @Option(help: ArgumentHelp("Port of the guard's admin server; 0 lets the system choose.", valueName: "port"))
    var adminPort = 0
    @Option(help: ArgumentHelp("The policy: a path or a built-in name.", valueName: "name-or-path"))
    var policy = "cheque-intake"

    func validate() throws {
        for (name, value) in [("--model-port", modelPort), ("--port", port), ("--admin-port", adminPort)]
        where !(0...65535).contains(value) {
            throw ValidationError("\(name) must be from 0 to 65535")
        }
    }

    func run() async throws {
        let plan = try PolicySource.load(policy).with(mode: .enforce)
        let folder = try StateFolders.makeTemporary()
        defer { StateFolders.remove(folder) }
        let local = LocalGuard(
            modelPort: modelPort, guardPort: port, adminPort: adminPort, policy: plan, folder: folder)
        let once = once
        let rows: [DemoRow]
        do {
            rows = try await local.run { addresses in try await Self.play(addresses, plan: plan, once: once) }
        } catch is CancellationError {
            return
        }
        if rows.contains(where: { $0.isMissed || $0.isHeldUp }) { throw ExitCode(ExitStatus.findings.rawValue) }
    }

    private static func play(
        _ addresses: LocalGuard.Addresses, plan: PolicyPlan, once: Bool
    ) async throws -> [DemoRow] {
        let client = WebClient(timeout: .seconds(30))
        defer { client.close() }
        let play = DemoPlay(addresses: addresses, client: client)
        let rows: [DemoRow]
        do throws(WebClientError) {
            rows = try await play.run { row in
                if once { Terminal.print(row.json.line) }
            }
        } catch {
            throw CommandFailure.unreachable(error.description)
        }
        if once { return rows }
        for line in table(rows, hasColours: Terminal.hasColours) { Terminal.print(line) }
        for line in invitation(addresses, policy: plan) { Terminal.print(line) }
        // Until SIGINT or SIGTERM cancels it.
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
        return rows
    }

    /// The table that people see.
    static func table(_ rows: [DemoRow], hasColours: Bool) -> [String] {
        var table = TextTable(["picture", "shows", "the model alone", "with the guard", "verdict", ""])
        for row in rows {
            table.add([
                row.example.name, row.example.truth, row.unguarded ?? "-", row.guarded ?? "no answer", row.verdict,
                row.remark,
            ])
        }
        return table.lines { index, column, text in
            let row = rows[index]
            if column == 2, row.unguarded != row.example.truth { return Colour.red.paint(text, isOn: hasColours) }
            guard column >= 4 else { return text }
            let colour: Colour = row.isMissed || row.isHeldUp ? .red : (row.example.attackers == nil ? .green : .yellow)
            return colour.paint(text, isOn: hasColours)
        }
    }

    private static func invitation(_ addresses: LocalGuard.Addresses, policy: PolicyPlan) -> [String] {
        let name = "cheque-401-pgd-read-as-701.png"
        let curl = "curl -i -H 'Content-Type: image/png' --data-binary @examples/images/\(name)"
        return [
            "", "Both stay up until you press Control-C. The policy is \(policy.name). Try, from the checkout:", "",
            "  the model alone   \(curl) \(addresses.model)/cheque",
            "  with the guard    \(curl) \(addresses.guarded)/cheque",
            "  the record        portcullis audit tail \(addresses.auditDirectory)",
            "  metrics           curl \(addresses.admin)/metrics",
        ]
    }
}
