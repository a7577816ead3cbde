import RobustnessEvaluation

/// How much later an answer comes through the guard than straight from the model, beside what the codecs alone cost
/// and what nginx adds, all in one run.
struct LatencyTable {
    /// Seconds that each measurement lasts.
    let seconds: Double
    /// Runs of each measurement, interleaved.
    let rounds: Int
    /// Threads that the guard decodes and defends on.
    let pixelThreads: Int

    /// Latencies of one pace against each server, over all rounds.
    private struct Samples {
        var direct: [Double] = []
        var nginx: [Double] = []
        var portcullis: [Double] = []
    }

    /// Measures and gives the rows. `images` are sent in turn to an inspected route.
    func rows(_ servers: Servers, images: [[UInt8]]) throws -> [ResultRow] {
        let requests = images.map { LoadClient.post($0, to: "/predict", type: "image/jpeg") }
        var floor: [Double] = []
        var single = Samples()
        var throughput: [Double] = []
        for _ in 0..<rounds {
            floor += try CodecFloor.measure(images, rounds: 400)
            try measure(&single, servers, requests, connections: 1, pace: .closed)
            throughput.append(try run(servers.portcullis, requests, connections: 16, pace: .closed).rate)
        }
        // Half of what it can do, sent whether or not it keeps up.
        let half = Statistics(throughput).median / 2
        var steady = Samples()
        for _ in 0..<rounds {
            try measure(&steady, servers, requests, connections: 32, pace: .open(perSecond: half))
        }

        let floorStatistics = Statistics(floor)
        let limit = 2 * floorStatistics.median * 1e3 + 0.3
        var rows = [ResultRow("codec floor: decode, stored PNG", floorStatistics, unit: "ms", scale: 1e3)]
        rows += added("one connection", single, limit: limit)
        rows += added("half capacity, \(Int(half)) requests/s", steady, limit: limit)
        let most = Double(pixelThreads) / floorStatistics.median
        rows.append(
            ResultRow(
                "throughput, 16 connections", Statistics(throughput), unit: "requests/s",
                target: .atLeast(0.8 * most)))
        return rows
    }

    private func measure(
        _ samples: inout Samples, _ servers: Servers, _ requests: [[UInt8]], connections: Int, pace: Pace
    ) throws {
        samples.direct += try run(servers.upstream, requests, connections: connections, pace: pace).latencies
        samples.nginx += try run(servers.nginx, requests, connections: connections, pace: pace).latencies
        samples.portcullis += try run(servers.portcullis, requests, connections: connections, pace: pace).latencies
    }

    private func run(
        _ server: ServerProcess, _ requests: [[UInt8]], connections: Int, pace: Pace
    ) throws -> LoadResult {
        let client = LoadClient(port: server.port, connections: connections, requests: requests)
        let result = try client.run(pace, warmUp: 0.5, seconds: seconds)
        try result.requireAllFine("\(server.name), \(connections) connections")
        return result
    }

    /// Quantile minus quantile: what a client notices when the guard is put in front of its model.
    private func added(_ name: String, _ samples: Samples, limit: Double) -> [ResultRow] {
        [(0.5, "p50"), (0.99, "p99")].map { share, label in
            let base = Statistics(samples.direct).quantile(share)
            let ours = Statistics(samples.portcullis.map { $0 - base })
            let nginx = (Statistics(samples.nginx).quantile(share) - base) * 1e3
            let row = "added \(label), \(name)"
            let peer = ResultRow.Peer(name: "nginx proxy_pass (no image work)", value: nginx, ratio: nil)
            return ResultRow(
                row, ours, share: share, unit: "ms", scale: 1e3, peer: peer,
                target: share == 0.5 ? .atMost(limit) : nil)
        }
    }
}
