import ImageDefenses
import PixelCore
import RobustnessEvaluation

/// Our defenses beside the libraries that people use for them: one thread each, in turns, on the same pixels.
struct KernelTable {
    /// Seconds that each row may take, unless six rounds take longer.
    let seconds: Double
    /// The other side.
    let peer: KernelPeer
    /// What the names of rows must hold; empty for all.
    let matching: String

    /// Measures and gives the rows, an operation's sizes together.
    func rows() throws -> [ResultRow] {
        let versions = try peer.versions()
        let cases = KernelCase.all.enumerated()
        var rows: [(order: Int, row: ResultRow)] = []
        // By image, so that the peer loads each once.
        for image in KernelImage.all {
            let here = cases.filter { _, one in
                one.images.contains { $0.name == image.name }
                    && (matching.isEmpty || one.name(on: image).contains(matching))
            }
            if here.isEmpty { continue }
            let samples = image.samples()
            try peer.load(samples, shape: image.shape)
            for (order, one) in here {
                let title = "\(one.peer.title) (\(one.peer.package) \(versions[one.peer.package] ?? "unknown"))"
                let row = try measure(one, image, samples, title)
                print("\(row.name): \(row.value) ns/pixel, \(row.peer?.ratio ?? 0)")
                rows.append((order, row))
                if one.form(image.shape) == VariationQuality.form, row.value > 0 {
                    rows.append((order, try VariationQuality.row(samples, image.shape, peer: peer, title: title)))
                }
            }
        }
        return rows.enumerated().sorted { ($0.element.order, $0.offset) < ($1.element.order, $1.offset) }
            .map(\.element.row)
    }

    private func measure(
        _ one: KernelCase, _ image: KernelImage, _ samples: [UInt8], _ title: String
    ) throws -> ResultRow {
        let name = one.name(on: image)
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
        for round in 0..<plan.rounds {
            // Taking turns at going first keeps a drift of the machine from favouring one side.
            let early = round % 2 == 0 ? try clock.time(calls: plan.ourCalls) : nil
            let theirs = try peer.time(one.peer.operation, arguments, calls: plan.peerCalls)
            times.add(
                ours: try early ?? clock.time(calls: plan.ourCalls), theirs: theirs,
                copy: copy.time(calls: plan.ourCalls))
        }
        let pixels = one.countsResult ? clock.resultCount / image.shape.channels : image.shape.pixelCount
        let traffic = Double(samples.count + clock.resultCount) / Double(2 * samples.count)
        return times.row(name, pixels: pixels, peer: title, target: one.target, traffic: traffic)
    }
}
