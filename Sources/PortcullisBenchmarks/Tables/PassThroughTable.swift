import RobustnessEvaluation

/// What a request that is not inspected costs in CPU, beside nginx with its access log on, in paired runs.
///
/// CPU rather than requests per second: at these rates nginx does not fill its core, so that rates flatter the others.
struct PassThroughTable {
    /// Seconds that each measurement lasts.
    let seconds: Double
    /// Pairs of runs.
    let rounds: Int

    /// Measures and gives the rows.
    func rows(_ servers: Servers) throws -> [ResultRow] {
        let body = [UInt8](repeating: UInt8(ascii: "x"), count: 20_000)
        let requests = [LoadClient.post(body, to: "/other", type: "application/octet-stream")]
        var ours: [Double] = []
        var theirs: [Double] = []
        for round in 0..<rounds {
            // Taking turns at going first keeps a drift of the machine from favouring one side.
            if round % 2 == 0 {
                theirs.append(try cost(servers.nginx, requests))
                ours.append(try cost(servers.portcullis, requests))
            } else {
                ours.append(try cost(servers.portcullis, requests))
                theirs.append(try cost(servers.nginx, requests))
            }
        }
        let ratio = Statistics(zip(theirs, ours).map { $0 / $1 }).median
        let peer = ResultRow.Peer(
            name: "nginx proxy_pass, access log on", value: Statistics(theirs).median * 1e6, ratio: ratio)
        return [
            ResultRow(
                "CPU per request, POST 20 KB, 32 connections", Statistics(ours), unit: "µs", scale: 1e6, peer: peer,
                target: .atLeast(1 / 2.2))
        ]
    }

    /// CPU seconds for one request, over one run.
    private func cost(_ server: ServerProcess, _ requests: [[UInt8]]) throws -> Double {
        let client = LoadClient(port: server.port, connections: 32, requests: requests)
        _ = try client.run(.closed, warmUp: 0, seconds: 0.5)
        let before = try server.cpuSeconds()
        let result = try client.run(.closed, warmUp: 0, seconds: seconds)
        let spent = try server.cpuSeconds() - before
        try result.requireAllFine(server.name)
        return spent / Double(result.count)
    }
}
