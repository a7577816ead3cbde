/// Which source positions make up each destination position along one axis, and with what whole-number weights.
///
/// Shrinking (or keeping) covers by area: destination i takes the source interval [i·s/d, (i+1)·s/d), edge positions by
/// the fraction covered, as OpenCV's `INTER_AREA`. Growing is linear between half-pixel centres with the edge clamped,
/// as OpenCV's `INTER_LINEAR`. Weights are exact fractions over `total`, so nothing depends on a platform's rounding.
struct AxisTaps: Sendable {
    /// Positions in the source.
    let sourceCount: Int
    /// The sum of the weights of every destination; at most twice the larger side.
    let total: Int
    /// The weight of a source position that lies wholly inside a destination; 0 when growing.
    let fullWeight: UInt32
    /// For each destination, its first source position.
    let first: [Int]
    /// For each destination and one past it, where its weights begin in `weights`.
    let offsets: [Int]
    /// Weights of consecutive source positions, destination after destination.
    let weights: [UInt32]

    /// Taps from `source` to `destination` positions, each in 1...2^24.
    init(source: Int, destination: Int) {
        precondition((1...1 << 24).contains(source) && (1...1 << 24).contains(destination))
        self =
            destination <= source
            ? Self.area(source: source, destination: destination)
            : Self.linear(source: source, destination: destination)
    }

    private init(sourceCount: Int, total: Int, fullWeight: Int, taps: [(first: Int, weights: [UInt32])]) {
        self.sourceCount = sourceCount
        self.total = total
        self.fullWeight = UInt32(fullWeight)
        self.first = taps.map(\.first)
        var offsets = [0]
        for tap in taps { offsets.append(offsets[offsets.count - 1] + tap.weights.count) }
        self.offsets = offsets
        self.weights = taps.flatMap(\.weights)
    }

    private static func area(source: Int, destination: Int) -> AxisTaps {
        let divisor = greatestCommonDivisor(source, destination)
        // In these units a source position is `step` long and a destination is `span` long.
        let span = source / divisor
        let step = destination / divisor
        let taps = (0..<destination).map { i in
            let from = i * span
            let to = from + span
            let first = from / step
            let last = (to - 1) / step
            let weights = (first...last).map { j in UInt32(min(to, (j + 1) * step) - max(from, j * step)) }
            return (first: first, weights: weights)
        }
        return AxisTaps(sourceCount: source, total: span, fullWeight: step, taps: taps)
    }

    private static func linear(source: Int, destination: Int) -> AxisTaps {
        let total = 2 * destination
        let taps = (0..<destination).map { i in
            // The centre (i + 1/2)·s/d - 1/2 in units of 1/total, clamped to the first and last source centre.
            let position = max(0, min((2 * i + 1) * source - destination, (source - 1) * total))
            let first = position / total
            let fraction = position % total
            let weights = fraction == 0 ? [UInt32(total)] : [UInt32(total - fraction), UInt32(fraction)]
            return (first: first, weights: weights)
        }
        return AxisTaps(sourceCount: source, total: total, fullWeight: 0, taps: taps)
    }

    private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }
}
