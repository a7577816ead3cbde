/// The filters of Pillow's resampling, over positions in units of the larger of the two pixel distances.
enum ScalerFilter: Sendable {
    /// 1 within half a pixel: `BOX`.
    case box
    /// 1 - |x|: `BILINEAR`.
    case triangle
    /// The cubic with a = -0.5: `BICUBIC`.
    case cubic
    /// The Lanczos window of three lobes: `LANCZOS`.
    case lanczos

    /// Where the filter ends.
    var support: Double {
        switch self {
        case .box: 0.5
        case .triangle: 1
        case .cubic: 2
        case .lanczos: 3
        }
    }

    /// The filter's value at `x`.
    func value(_ x: Double) -> Double {
        let size = abs(x)
        switch self {
        case .box: return x > -0.5 && x <= 0.5 ? 1 : 0
        case .triangle: return size < 1 ? 1 - size : 0
        case .cubic:
            let a = -0.5
            if size < 1 { return ((a + 2) * size - (a + 3)) * size * size + 1 }
            return size < 2 ? (((size - 5) * size + 8) * size - 4) * a : 0
        case .lanczos: return x >= -3 && x < 3 ? Self.sinc(x) * Self.sinc(x / 3) : 0
        }
    }

    /// sin(πx) / (πx) of |x| up to 4, by the series of the sine on -π/2...π/2: additions and multiplications alone, so
    /// that every platform gives the same bits; within a few units of the last place of the true value.
    static func sinc(_ x: Double) -> Double {
        if x == 0 { return 1 }
        // To the nearest whole number, a half to the one further from zero. (`rounded` calls a function.)
        let whole = Int(x < 0 ? x - 0.5 : x + 0.5)
        let angle = (x - Double(whole)) * Double.pi
        let square = angle * angle
        // The series over the odd factorials up to 21!; the next term is below 2e-18.
        var sum = 1 / 51_090_942_171_709_440_000.0
        sum = sum * square - 1 / 121_645_100_408_832_000.0
        sum = sum * square + 1 / 355_687_428_096_000.0
        sum = sum * square - 1 / 1_307_674_368_000.0
        sum = sum * square + 1 / 6_227_020_800.0
        sum = sum * square - 1 / 39_916_800.0
        sum = sum * square + 1 / 362_880.0
        sum = sum * square - 1 / 5040.0
        sum = sum * square + 1 / 120.0
        sum = sum * square - 1 / 6.0
        let sine = angle + angle * square * sum
        return (whole % 2 == 0 ? sine : -sine) / (x * Double.pi)
    }
}

/// The positions of each destination in Pillow's convention, whose support grows with the ratio; weights of 2^-22.
struct SpreadTaps: Sendable {
    /// The first position of each destination.
    private(set) var first: [UInt32] = []
    /// Positions of each destination, at least 1.
    private(set) var lengths: [UInt32] = []
    /// Where the weights of each destination begin.
    private(set) var offsets: [Int] = []
    /// The weights, destination after destination.
    private(set) var weights: [Int32] = []
    /// The largest of `lengths`.
    private(set) var longest = 1

    /// Taps of an axis from `source` to `destination` positions.
    init(source: Int, destination: Int, filter: ScalerFilter) {
        let ratio = Double(source) / Double(destination)
        let stretch = max(ratio, 1)
        let support = filter.support * stretch
        let inverse = 1 / stretch
        for i in 0..<destination {
            let centre = (Double(i) + 0.5) * ratio
            let start = max(0, Int(centre - support + 0.5))
            let end = min(source, Int(centre + support + 0.5))
            let values = (start..<end).map { filter.value((Double($0) - centre + 0.5) * inverse) }
            var sum = 0.0
            for value in values { sum += value }
            first.append(UInt32(start))
            lengths.append(UInt32(end - start))
            offsets.append(weights.count)
            for value in values { weights.append(Self.fixed(sum == 0 ? value : value / sum)) }
            longest = max(longest, end - start)
        }
    }

    /// `weight` in units of 2^-22, rounded half away from zero.
    private static func fixed(_ weight: Double) -> Int32 {
        Int32(weight * Double(1 << 22) + (weight < 0 ? -0.5 : 0.5))
    }
}
