import ImageDefenses
import PixelCore
import RobustnessEvaluation

/// What each defense of the catalogue costs with default parameters, on one thread, for a million pixels in colour.
struct DefenseCostTable {
    /// Seconds that each defense may take, unless six calls take longer.
    let seconds: Double

    /// Measures and gives a row for each defense, named as the catalogue names it.
    func rows() throws -> [ResultRow] {
        guard let image = KernelImage(width: 1000, height: 1000, channels: 3) else { return [] }
        let samples = image.samples()
        var rows: [ResultRow] = []
        for descriptor in DefenseCatalogue.descriptors {
            let defense = try DefenseCatalogue.make(name: descriptor.name, parameters: [:])
            let clock = DefenseClock(defense, original: samples, shape: image.shape)
            _ = try clock.time(calls: 1)
            let calls = Int(max(6, min(25, seconds * 1e9 / (try clock.time(calls: 1)))))
            let times = try (0..<calls).map { _ in try clock.time(calls: 1) }
            rows.append(
                ResultRow(
                    descriptor.name, Statistics(times), unit: "ns/pixel",
                    scale: 1 / Double(image.shape.pixelCount)))
            print("\(descriptor.name): \(rows[rows.count - 1].value) ns/pixel")
        }
        return rows
    }
}

/// The source file that carries the costs, so that a policy's cost is known before its first image.
enum MeasuredCostsFile {
    /// The Swift text for these rows, in the order of their names.
    static func text(of rows: [ResultRow], command: String, machine: String) -> String {
        let entries = rows.sorted { $0.name < $1.name }.map { "        \"\($0.name)\": \(rounded($0.value))," }
        return """
            // Written by `\(command)`; do not edit.

            /// What each defense costs with default parameters, from the table `defense-cost` in `docs/results`.
            package enum MeasuredCosts {
                /// Nanoseconds for each pixel of a colour image of one megapixel, on one thread; by the defense's name.
                ///
                /// Other machines differ by a factor of two or so either way, which is near enough to tell a policy that
                /// takes milliseconds from one that takes seconds. Measured on:
                /// \(machine)
                package static let nanosecondsPerPixel: [String: Double] = [
            \(entries.joined(separator: "\n"))
                ]
            }

            """
    }

    /// To two significant digits: a second run on the same machine then changes few lines.
    private static func rounded(_ value: Double) -> Double {
        guard value > 0, value.isFinite else { return 0 }
        var scale = 1.0
        while value * scale < 10 { scale *= 10 }
        while value * scale >= 100 { scale /= 10 }
        let digits = (value * scale).rounded()
        // Dividing by a whole number gives the decimal that is meant; multiplying by 0.1 does not.
        return scale >= 1 ? digits / scale : digits * (1 / scale).rounded()
    }
}
