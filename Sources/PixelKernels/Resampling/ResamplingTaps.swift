/// Where a scaler reads along one axis, in each convention, from `source` to `destination` positions.
///
/// The arithmetic is that of the peers in its order, IEEE single or double without contraction, so that equal fractions
/// round to equal weights on every platform.
enum ResamplingTaps {
    /// The position of each destination by OpenCV's `INTER_NEAREST`: floor(i · r).
    static func nearestOpenCV(source: Int, destination: Int) -> [Int] {
        let ratio = 1 / (Double(destination) / Double(source))
        return (0..<destination).map { min(source - 1, Int(Double($0) * ratio)) }
    }

    /// The position of each destination by Pillow's `NEAREST`: floor((i + 1/2) · r), the sum run up step by step.
    static func nearestPillow(source: Int, destination: Int) -> [Int] {
        let ratio = Double(source) / Double(destination)
        var centre = ratio * 0.5
        var positions: [Int] = []
        positions.reserveCapacity(destination)
        for _ in 0..<destination {
            positions.append(min(source - 1, Int(centre)))
            centre += ratio
        }
        return positions
    }

    /// The source position at or before the centre of destination `i` in OpenCV's convention, and the fraction past it.
    static func centre(_ i: Int, ratio: Double) -> (position: Int, fraction: Float) {
        // At least -0.5; from 0, cutting is rounding down, which as a function call would cost more than the rest.
        let centre = Float((Double(i) + 0.5) * ratio - 0.5)
        let position = centre < 0 ? -1 : Int(centre)
        return (position, centre - Float(position))
    }

    /// `destination` over `source`, inverted: the ratio as OpenCV computes it.
    static func ratioOpenCV(source: Int, destination: Int) -> Double {
        1 / (Double(destination) / Double(source))
    }

    /// `weight` in units of 2^-11, rounded half to even.
    static func fixed(_ weight: Float) -> Int {
        // Adding 1.5 · 2^23 leaves no bits for a fraction, and the sum is rounded half to even.
        Int(weight * 2048 + 12_582_912) - 12_582_912
    }
}

/// The two positions of each destination in OpenCV's bilinear scaling.
struct BilinearTaps: Sendable {
    /// The first position; -1 before the first centre when the edge is not clamped.
    let first: [Int]
    /// The weight of the first position, 0...2048.
    let lower: [Int]
    /// The weight of the position after it, 0...2048.
    let upper: [Int]

    /// Taps of an axis. OpenCV clamps the centre along rows (`isClamped`) and, down columns, the positions alone.
    init(source: Int, destination: Int, isClamped: Bool) {
        let ratio = ResamplingTaps.ratioOpenCV(source: source, destination: destination)
        var first = [Int](repeating: 0, count: destination)
        var lower = first
        var upper = first
        for i in 0..<destination {
            var (position, fraction) = ResamplingTaps.centre(i, ratio: ratio)
            if isClamped, position < 0 || position >= source - 1 {
                position = max(0, min(position, source - 1))
                fraction = 0
            }
            first[i] = position
            lower[i] = ResamplingTaps.fixed(1 - fraction)
            upper[i] = ResamplingTaps.fixed(fraction)
        }
        self.first = first
        self.lower = lower
        self.upper = upper
    }
}

/// Four or eight positions of each destination with weights of 2^-11: OpenCV's `INTER_CUBIC` and `INTER_LANCZOS4`.
struct FixedTaps: Sendable {
    /// Positions of a destination.
    let count: Int
    /// The first position of each destination, from -count/2; those outside the source mean the edge.
    private(set) var first: [Int] = []
    /// `count` weights for each destination.
    private(set) var weights: [Int16] = []

    /// Taps of the cubic with a = -0.75.
    static func cubic(source: Int, destination: Int) -> FixedTaps {
        FixedTaps(count: 4, source: source, destination: destination) { fraction, put in
            let a: Float = -0.75
            let far = fraction + 1
            let rest = 1 - fraction
            let w0 = ((a * far - 5 * a) * far + 8 * a) * far - 4 * a
            let w1 = ((a + 2) * fraction - (a + 3)) * fraction * fraction + 1
            let w2 = ((a + 2) * rest - (a + 3)) * rest * rest + 1
            put(w0)
            put(w1)
            put(w2)
            put(1 - w0 - w1 - w2)
        }
    }

    /// Taps of the Lanczos window of four lobes, normalized before they are rounded: as in OpenCV, eight rounded weights
    /// may add up to 2047, and white become 254.
    static func lanczos(source: Int, destination: Int) -> FixedTaps {
        FixedTaps(count: 8, source: source, destination: destination) { fraction, put in
            var values = InlineArray<8, Double>(repeating: 0)
            if fraction < Float.ulpOfOne {
                values[3] = 1
            } else {
                for k in values.indices {
                    let x = Double(k - 3) - Double(fraction)
                    values[k] = ScalerFilter.sinc(x) * ScalerFilter.sinc(x / 4)
                }
            }
            var sum = 0.0
            for k in values.indices { sum += values[k] }
            for k in values.indices { put(Float(values[k] / sum)) }
        }
    }

    private init(count: Int, source: Int, destination: Int, weigh: (Float, (Float) -> Void) -> Void) {
        self.count = count
        let ratio = ResamplingTaps.ratioOpenCV(source: source, destination: destination)
        var weights: [Int16] = []
        weights.reserveCapacity(count * destination)
        first.reserveCapacity(destination)
        for i in 0..<destination {
            let (position, fraction) = ResamplingTaps.centre(i, ratio: ratio)
            first.append(position - (count / 2 - 1))
            weigh(fraction) { weights.append(Int16(ResamplingTaps.fixed($0))) }
        }
        self.weights = weights
    }
}
