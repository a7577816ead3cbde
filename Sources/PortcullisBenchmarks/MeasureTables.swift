import ArgumentParser
import Foundation
import RobustnessEvaluation

/// `PortcullisBenchmarks tables`, which needs no name: one table, or those of `make bench`.
struct MeasureTables: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tables", abstract: "Measures the guard, or its kernels, against their peers.")

    /// What can be measured.
    enum Table: String, CaseIterable, ExpressibleByArgument {
        case latency
        case passThrough = "pass-through"
        case memory
        case soak
        case kernels
        case defenseCost = "defense-cost"
        case detectorCost = "detector-cost"
    }

    @Option(help: "The guard's binary, built with -c release.")
    var `guard` = ".build/release/portcullis"

    @Option(help: "The nginx that is compared with and that plays the model.")
    var nginx = "/usr/sbin/nginx"

    @Option(help: "A folder of photographs.")
    var photographs = "../shared/data/photos"

    @Option(help: "The default policy, which is enforced here without its extra model calls.")
    var policy = "Policies/balanced.yaml"

    @Option(help: "Where the tables go.")
    var results = "docs/results"

    @Option(help: "The Python of scripts/setup.sh reference, which runs what kernels are compared with.")
    var python = ".venv/bin/python"

    @Option(help: "What that Python runs.")
    var peer = "scripts/kernel-peer.py"

    @Option(help: "The source file that defense-cost writes.")
    var costs = "Sources/ImageDefenses/MeasuredCosts.swift"

    @Option(help: "Measure this one; otherwise latency, pass-through and memory.")
    var only: Table?

    @Option(
        help:
            "Of kernels and detector-cost, only rows whose name holds this; the table is then printed and not written.")
    var matching = ""

    @Option(help: "Seconds that each measurement lasts.")
    var seconds = 4.0

    @Option(help: "Times that each measurement is repeated, interleaved with its peers.")
    var rounds = 7

    /// One thread for pixels, as the default is on two cores: the other core has the event loop, the model, the client.
    private static let pixelThreads = 1

    func run() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("portcullis-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for table in only.map({ [$0] }) ?? [.latency, .passThrough, .memory] {
            print("measuring \(table.rawValue)")
            try write(table, rows: try rows(of: table, folder: folder))
        }
    }

    private func write(_ table: Table, rows: [ResultRow]) throws {
        let command = table == .soak ? "make soak" : "make bench ARGS='--only \(table.rawValue)'"
        let machine = MachineDescription.current()
        let result = ResultTable(
            name: table.rawValue, command: command, commit: Commit.current(), machine: machine, data: data(of: table),
            rows: rows)
        if matching.isEmpty { try result.write(into: results) }
        if table == .defenseCost {
            let text = MeasuredCostsFile.text(of: rows, command: command, machine: machine)
            try Data(text.utf8).write(to: URL(fileURLWithPath: costs), options: .atomic)
        }
        print(try result.markdown())
        for row in result.misses { print("MISSED: \(row.name)") }
    }

    private func data(of table: Table) -> String {
        switch table {
        case .kernels:
            "generated images, the same for both sides; one thread each, in turns, six to 61 rounds; at 28×28 the "
                + "peer's figure includes the call from Python"
        case .defenseCost: "a generated colour image of 1000×1000; default parameters; one thread"
        case .detectorCost:
            "\(photographs), 32 photographs resized to 224×224, JPEG 85 and PNG; generated images of rising size; one thread; "
                + "learning detectors fitted to 32 other photographs, in colour and in black and white"
        default: "\(photographs), 32 photographs resized to 224×224; \(rounds) rounds of \(seconds) s"
        }
    }

    private func rows(of table: Table, folder: URL) throws -> [ResultRow] {
        if table == .defenseCost { return try DefenseCostTable(seconds: seconds).rows() }
        if table == .detectorCost {
            return try DetectorCostTable(
                folder: URL(fileURLWithPath: photographs), seconds: seconds, matching: matching
            ).rows()
        }
        if table == .kernels {
            let process = try KernelPeer(python: python, script: peer, folder: folder)
            defer { process.stop() }
            return try KernelTable(seconds: seconds, peer: process, matching: matching).rows()
                + CodecTable(seconds: seconds, matching: matching).rows()
        }
        if table == .memory {
            let upstream = try Servers.makeUpstream(nginxPath: nginx, folder: folder)
            defer { upstream.stop() }
            return try MemoryTable(makeGuard: { try makeGuard(folder) }, pixelThreads: Self.pixelThreads).rows()
        }
        let servers = try Servers(
            guardPath: `guard`, nginxPath: nginx, policy: try policyText(), folder: folder,
            threads: Self.pixelThreads)
        defer { servers.stop() }
        let images = try SampleImages.photographs(count: 32, folder: URL(fileURLWithPath: photographs))
        switch table {
        case .latency:
            return try LatencyTable(seconds: seconds, rounds: rounds, pixelThreads: Self.pixelThreads)
                .rows(servers, images: images)
        case .passThrough:
            return try PassThroughTable(seconds: seconds, rounds: rounds).rows(servers)
        case .memory, .soak, .kernels, .defenseCost, .detectorCost:
            return try SoakTable(requests: 100_000).rows(servers.portcullis, images: images)
        }
    }

    private func policyText() throws -> String {
        try BenchmarkPolicy.text(balanced: URL(fileURLWithPath: policy))
    }

    private func makeGuard(_ folder: URL) throws -> ServerProcess {
        try Servers.makeGuard(
            guardPath: `guard`, policy: try policyText(), folder: folder, threads: Self.pixelThreads)
    }
}
