internal import CPixelKernels

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
    /// The weight of a source position that lies wholly inside a destination.
    let fullWeight: UInt32
    /// True when there are more destinations than source positions.
    let isGrowing: Bool
    /// For each destination, the position covered in part before, those covered wholly, and the one after.
    let taps: [pk_area_tap]

    /// Taps from `source` to `destination` positions, each in 1...2^24.
    init(source: Int, destination: Int) {
        precondition((1...1 << 24).contains(source) && (1...1 << 24).contains(destination))
        let divisor = Self.greatestCommonDivisor(source, destination)
        self =
            destination <= source
            ? Self.area(source: source, destination: destination, divisor: divisor)
            : Self.linear(source: source, destination: destination, divisor: divisor)
    }

    private init(sourceCount: Int, total: Int, fullWeight: Int, isGrowing: Bool, taps: [pk_area_tap]) {
        self.sourceCount = sourceCount
        self.total = total
        self.fullWeight = UInt32(fullWeight)
        self.isGrowing = isGrowing
        self.taps = taps
    }

    private static func area(source: Int, destination: Int, divisor: Int) -> AxisTaps {
        // In these units a source position is `step` long and a destination is `span` long.
        let span = source / divisor
        let step = destination / divisor
        var taps: [pk_area_tap] = []
        taps.reserveCapacity(destination)
        // The first position not covered before this destination, and how much of the one before it is left over.
        var start = 0
        var lead = 0
        for _ in 0..<destination {
            let (count, tail) = (span - lead).quotientAndRemainder(dividingBy: step)
            taps.append(
                pk_area_tap(start: UInt32(start), count: UInt32(count), lead: UInt32(lead), tail: UInt32(tail)))
            lead = tail == 0 ? 0 : step - tail
            start += tail == 0 ? count : count + 1
        }
        return AxisTaps(sourceCount: source, total: span, fullWeight: step, isGrowing: false, taps: taps)
    }

    private static func linear(source: Int, destination: Int, divisor: Int) -> AxisTaps {
        // The centre (i + 1/2)·s/d - 1/2 in units of 1/total; the units can be twice as long when they are even in all.
        let isOdd = (source / divisor) % 2 == 1 && (destination / divisor) % 2 == 1
        let halves = isOdd ? 1 : 2
        let total = halves * (destination / divisor)
        let step = halves * (source / divisor)
        // Before the first source centre, and by less than one position on for each destination.
        var position = -1
        var fraction = total - halves * (destination - source) / (2 * divisor)
        var taps: [pk_area_tap] = []
        taps.reserveCapacity(destination)
        for _ in 0..<destination {
            // Clamped to the first and to the last source centre.
            let isInside = position >= 0 && position < source - 1
            let (start, tail) = isInside ? (position, fraction) : (position < 0 ? 0 : source - 1, 0)
            taps.append(
                pk_area_tap(start: UInt32(start + 1), count: 0, lead: UInt32(total - tail), tail: UInt32(tail)))
            fraction += step
            if fraction >= total {
                fraction -= total
                position += 1
            }
        }
        return AxisTaps(sourceCount: source, total: total, fullWeight: 1, isGrowing: true, taps: taps)
    }

    private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }
}
