import ArgumentParser
import Foundation
import RobustnessEvaluation

/// Measures the guard against its peers and writes `docs/results`.
@main
struct Benchmarks: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "PortcullisBenchmarks", abstract: "Measures the guard against its peers and writes docs/results.")

    /// What can be measured.
    enum Table: String, CaseIterable, ExpressibleByArgument {
        case latency
        case passThrough = "pass-through"
        case memory
        case soak
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

    @Option(help: "Measure this one; otherwise latency, pass-through and memory.")
    var only: Table?

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
        let isSoak = table == .soak
        let result = ResultTable(
            name: table.rawValue, command: isSoak ? "make soak" : "make bench ARGS='--only \(table.rawValue)'",
            commit: Commit.current(), machine: MachineDescription.current(),
            data: "\(photographs), 32 photographs resized to 224×224; \(rounds) rounds of \(seconds) s", rows: rows)
        try result.write(into: results)
        print(try result.markdown())
        for row in result.misses { print("MISSED: \(row.name)") }
    }

    private func rows(of table: Table, folder: URL) throws -> [ResultRow] {
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
        case .memory, .soak:
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
