import RobustnessEvaluation

/// Whether resident memory stays flat over many requests.
struct SoakTable {
    /// Requests in all.
    let requests: Int

    /// Measures and gives the rows. Half of the requests are inspected, half pass through.
    func rows(_ server: ServerProcess, images: [[UInt8]]) throws -> [ResultRow] {
        let other = LoadClient.post([UInt8](repeating: 0x78, count: 20_000), to: "/other", type: "text/plain")
        let mixed = images.flatMap { [LoadClient.post($0, to: "/predict", type: "image/jpeg"), other] }
        let client = LoadClient(port: server.port, connections: 16, requests: mixed)
        var samples: [Double] = []
        let parts = 10
        for _ in 0..<parts {
            let result = try client.run(.closed, warmUp: 0, seconds: 3600, limit: requests / parts)
            try result.requireAllFine("soak")
            samples.append(try server.memory().now / 1e6)
        }
        // The first fifth fills caches and tables of bounded size; what grows after it grows for ever.
        let settled = samples[1]
        let grown = (samples.last ?? settled) - settled
        return [
            ResultRow(
                "growth of resident memory from request \(requests / 5) to \(requests)", Statistics([grown]),
                unit: "MB", target: .atMost(10)),
            ResultRow("resident memory at the end", Statistics([samples.last ?? 0]), unit: "MB"),
        ]
    }
}
