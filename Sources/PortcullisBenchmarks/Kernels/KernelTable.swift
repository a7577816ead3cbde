import ImageDefenses
import PixelCore
import RobustnessEvaluation

/// Our defenses beside the libraries that people use for them: one thread each, in turns, on the same pixels.
struct KernelTable {
    /// Seconds that each row may take, unless six rounds take longer.
    let seconds: Double
    /// The other side.
    let peer: KernelPeer

    /// Measures and gives the rows, an operation's sizes together.
    func rows() throws -> [ResultRow] {
        let versions = try peer.versions()
        var rows: [(order: Int, row: ResultRow)] = []
        // By image, so that the peer loads each once.
        for image in KernelImage.all {
            let samples = image.samples()
            try peer.load(samples, shape: image.shape)
            for (order, one) in KernelCase.all.enumerated() where one.images.contains(where: { $0.name == image.name })
            {
                let title = "\(one.peer.title) (\(one.peer.package) \(versions[one.peer.package] ?? "unknown"))"
                let row = try measure(one, image, samples, title)
                print("\(row.name): \(row.value) ns/pixel, \(row.peer?.ratio ?? 0)")
                rows.append((order, row))
            }
        }
        return rows.enumerated().sorted { ($0.element.order, $0.offset) < ($1.element.order, $1.offset) }
            .map(\.element.row)
    }

    private func measure(
        _ one: KernelCase, _ image: KernelImage, _ samples: [UInt8], _ title: String
    ) throws -> ResultRow {
        let name = "\(one.name), \(image.name)"
        let defense: any Defense
        do {
            defense = try DefenseCatalogue.parse(one.form(image.shape))
        } catch {
            return ResultRow(name: "\(name) (not in this build: \(one.form(image.shape)))", value: 0, unit: "ns/pixel")
        }
        let arguments = one.peer.arguments(image.shape)
        let clock = DefenseClock(defense, original: samples, shape: image.shape)
        var copy = CopyClock(samples)
        _ = try clock.time(calls: 1)
        let plan = PairedPlan(
            ours: try clock.time(calls: 1), theirs: try peer.time(one.peer.operation, arguments, calls: 1),
            seconds: seconds)
        var times = PairedTimes()
        for _ in 0..<plan.rounds {
            times.add(
                ours: try clock.time(calls: plan.ourCalls),
                theirs: try peer.time(one.peer.operation, arguments, calls: plan.peerCalls),
                copy: copy.time(calls: plan.ourCalls))
        }
        let pixels = one.countsResult ? clock.resultCount / image.shape.channels : image.shape.pixelCount
        let traffic = Double(samples.count + clock.resultCount) / Double(2 * samples.count)
        return times.row(name, pixels: pixels, peer: title, target: one.target, traffic: traffic)
    }
}
