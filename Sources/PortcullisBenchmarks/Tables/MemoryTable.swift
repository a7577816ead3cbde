import RobustnessEvaluation

/// Resident memory at its highest while large uploads and decompression bombs arrive together.
///
/// Each case has a guard of its own, so that one does not hide behind what another left.
struct MemoryTable {
    /// Makes the guard that is measured.
    let makeGuard: () throws -> ServerProcess
    /// Threads that the guard decodes on.
    let pixelThreads: Int

    /// What the guard may hold for bodies and for pixels, as it is configured, and 50 MB for itself; in bytes.
    private var allowance: Double {
        Double(Servers.bodyBudget + pixelThreads * Servers.decodeBudget) + 50e6
    }

    /// Measures and gives the rows.
    func rows() throws -> [ResultRow] {
        [
            try peak("64 uploads of 10 MB at once", body: try SampleImages.noise(bytes: 10_000_000), limit: 256),
            try peak("64 copies of a 50 megapixel PNG at once", body: try SampleImages.bomb(), limit: 128),
        ]
    }

    private func peak(_ name: String, body: [UInt8], limit: Int) throws -> ResultRow {
        let server = try makeGuard()
        defer { server.stop() }
        let client = LoadClient(
            port: server.port, connections: 64, requests: [LoadClient.post(body, to: "/predict", type: "image/png")])
        let result = try client.run(.closed, warmUp: 0, seconds: 60, limit: limit)
        // Refusals (413, 422, 503) are how the bound is kept; a lost connection is not.
        guard result.count > 0, result.statuses[0] == nil else {
            throw LoadError.invalid("\(name): \(result.statuses)")
        }
        let megabytes = try server.memory().peak / 1e6
        let answers = result.statuses.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }
        return ResultRow(
            "\(name) (\(answers.joined(separator: ", ")))", Statistics([megabytes]), unit: "MB",
            target: .atMost(allowance / 1e6))
    }
}
