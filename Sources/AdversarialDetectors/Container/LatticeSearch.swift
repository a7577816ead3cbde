internal import ImageCodecs
internal import PixelKernels

/// An earlier compression, found by coefficients that stand at multiples of its steps.
struct CoefficientLattice {
    /// The quality whose steps these are; nil for steps that are no quality's.
    let quality: Int?
    /// The steps in levels, 64 by vertical, then horizontal frequency of the pixels as they are; 0 where none is known.
    let steps: [Int]
    /// 1 where every coefficient stands at a multiple, 0 where they stand anywhere.
    let strength: Double
    /// `strength` in standard errors of coefficients that stand anywhere.
    let significance: Double
}

/// Tries the qualities 30...98 on the coefficients of an image's blocks.
///
/// The strength of a step is the mean of 1 - 4 d / step over coefficients beyond half a step, d the distance to the nearest
/// multiple: 1 for exact multiples, 0 on average (deviation 1/√3) for coefficients that stand anywhere, and negative for a
/// density that falls. Small coefficients say nothing: every lattice has a zero. Equal coefficients count twice at most,
/// because the letters of a page repeat and are no independent witnesses.
///
/// After Z. Fan, R. L. de Queiroz, "Identification of Bitmap Compression History: JPEG Detection and Quantizer
/// Estimation", IEEE Transactions on Image Processing 12(2), 2003, which takes a likelihood; the mean distance needs no
/// model of the noise.
struct LatticeSearch {
    private static let qualities = 30...98
    /// Steps below 3 levels cannot be told from the rounding of pixels.
    private static let leastStep = 3
    /// How much coarser than the file's own an earlier step must be: nearer ones mix with it.
    static let leastRatio = 3
    /// Sizes that count, in eighths of a level: beyond half of the least step, and below 256 levels.
    private static let range = 4 * leastStep + 1..<2048
    /// Most coefficients of one frequency: more would cost more and say the same.
    private static let mostSizes = 256
    /// Fewer coefficients say nothing.
    private static let leastCount = 24.0

    /// For each of `Zigzag.low` the step of every quality: as they are in a file, and as they lie in an image that was turned
    /// by a quarter since.
    private static let stepsByFrequency = [false, true].map { isTurned in
        let tables = qualities.map { StandardQuantization.luma(quality: $0) }
        return Zigzag.low.map { frequency in
            tables.map { Int($0[isTurned ? Zigzag.turned(frequency) : frequency]) }
        }
    }

    /// What the multiples of one step have for them.
    private struct Sum {
        var strength = 0.0
        var count = 0.0
    }

    /// Sizes of coefficients for each of `Zigzag.low`.
    private let sizes: [[Int16]]

    /// The search over the blocks of `coefficients`.
    init(_ coefficients: BlockCoefficients) {
        var marks = LatticeKernel.SizeMarks()
        sizes = Zigzag.low.map { frequency in
            LatticeKernel.distinctSizes(
                of: coefficients.plane(frequency).span, in: Self.range, limit: Self.mostSizes, marks: &marks)
        }
    }

    /// The lattice of an image whose compression is not known; nil where none is significant. `above` asks for a quality
    /// higher than that.
    func best(above: Int = 0) -> CoefficientLattice? {
        Self.heaviest(candidates(own: nil, turns: [false, true]).filter { $0.quality > above }, least: 7)
    }

    /// The lattice of a compression before one whose steps, 64, are `own`; nil where none is significant. `isTurned` says
    /// that the image was turned by a quarter since.
    func earlier(than own: [Int], isTurned: Bool) -> CoefficientLattice? {
        Self.heaviest(candidates(own: Zigzag.low.map { own[$0] }, turns: [isTurned]), least: 8)
    }

    /// A quality that was tried.
    private struct Candidate {
        let quality: Int
        let isTurned: Bool
        let total: Sum

        var strength: Double { total.strength / total.count }
        var significance: Double { total.strength / (total.count / 3).squareRoot() }
    }

    /// All qualities, the higher ones first, so that of two that do not differ in any step that shows the higher one counts.
    private func candidates(own: [Int]?, turns: [Bool]) -> [Candidate] {
        let count = Self.qualities.count
        // One element a quality, those of the second turn behind those of the first.
        var totals = [Sum](repeating: Sum(), count: turns.count * count)
        // By step; a negative count says that it was not looked at yet.
        var sums = [Sum](repeating: Sum(), count: 256)
        for i in sizes.indices {
            let least = max(Self.leastStep, Self.leastRatio * (own?[i] ?? 0))
            for step in sums.indices { sums[step].count = -1 }
            for (turn, isTurned) in turns.enumerated() {
                let steps = Self.stepsByFrequency[isTurned ? 1 : 0][i]
                for (at, step) in steps.enumerated() {
                    // Steps fall as the quality rises.
                    guard step >= least else { break }
                    if sums[step].count < 0 { sums[step] = Self.sum(sizes[i], step: step, own: own?[i] ?? 0) }
                    totals[turn * count + at].strength += sums[step].strength
                    totals[turn * count + at].count += sums[step].count
                }
            }
        }
        return turns.enumerated().flatMap { turn, isTurned in
            zip(Self.qualities, totals[turn * count..<(turn + 1) * count]).reversed().map {
                Candidate(quality: $0, isTurned: isTurned, total: $1)
            }
        }
    }

    /// The candidate that is both strong and significant: a neighbouring quality can have more coefficients to show, and
    /// does not fit them as well.
    private static func heaviest(_ candidates: [Candidate], least: Double) -> CoefficientLattice? {
        let usable = candidates.filter { $0.total.count >= leastCount && $0.significance >= least }
        guard let best = usable.max(by: { $0.strength * $0.significance < $1.strength * $1.significance }) else {
            return nil
        }
        let table = StandardQuantization.luma(quality: best.quality)
        return CoefficientLattice(
            quality: best.quality, steps: (0..<64).map { Int(table[best.isTurned ? Zigzag.turned($0) : $0]) },
            strength: best.strength, significance: best.significance)
    }

    /// A lattice of steps that are no quality's: for each frequency the largest step whose multiples nearly all sizes are.
    /// Nil where a fifth of the frequencies that have sizes enough have no such step.
    func ownTable() -> CoefficientLattice? {
        var steps = [Int](repeating: 0, count: 64)
        var (asked, found) = (0, 0)
        var total = Sum()
        for (frequency, list) in zip(Zigzag.low, sizes) where list.count >= Self.leastSizes {
            asked += 1
            guard let step = Self.step(of: list) else { continue }
            found += 1
            steps[frequency] = step
            let sum = Self.sum(list, step: step, own: 0)
            total.strength += sum.strength
            total.count += sum.count
        }
        guard asked >= Self.leastFrequencies, 5 * found >= 4 * asked else { return nil }
        return CoefficientLattice(
            quality: nil, steps: steps, strength: total.strength / total.count,
            significance: total.strength / (total.count / 3).squareRoot())
    }

    /// Sizes that a frequency must have for a step to be fitted to them, and frequencies that must have as many.
    private static let leastSizes = 12
    private static let leastFrequencies = 6
    /// Steps that are fitted; below, the rounding of pixels is too near.
    private static let fittedSteps = 4...96
    /// Mean distance in levels: rounding alone makes 0.3 to 0.4 of sizes that count twice at most, chance a quarter of the
    /// step.
    private static let fittedDistance = 0.6

    private static func step(of list: [Int16]) -> Int? {
        fittedSteps.reversed().first { step in
            let sum = LatticeKernel.sum(list.span, step: 8 * step)
            return sum.count >= leastSizes && Double(sum.distance) <= 8 * fittedDistance * Double(sum.count)
        }
    }

    private static func sum(_ list: [Int16], step: Int, own: Int) -> Sum {
        let sum = LatticeKernel.sum(list.span, step: 8 * step)
        let count = Double(sum.count)
        let strength = count - 4 * Double(sum.distance) / Double(8 * step)
        return Sum(strength: own > 0 ? strength - count * chance(step, own) : strength, count: count)
    }

    /// The strength that multiples of `own` have by themselves: they meet multiples of `step` at regular places.
    private static func chance(_ step: Int, _ own: Int) -> Double {
        // The multiples 0..<step of `own` meet every multiple of their common divisor, each equally often: the distances of
        // j * divisor from 0 and `step`, j in 0..<parts, sum to divisor * (parts² / 4).
        let divisor = commonDivisor(step, own)
        let parts = step / divisor
        let distances = divisor * divisor * (parts * parts / 4)
        return 1 - 4 * Double(distances) / Double(step * step)
    }

    private static func commonDivisor(_ a: Int, _ b: Int) -> Int {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }
}

/// Frequencies in the order of ITU-T T.81, figure A.6.
enum Zigzag {
    /// Those up to the eighth diagonal but the mean: beyond them few coefficients are left. As many each way.
    static let low = Array(order[1...42])
    /// The first nine but the mean.
    static let lowest = Array(order[1...9])

    /// The frequency of an image that was turned by a quarter.
    static func turned(_ frequency: Int) -> Int { frequency % 8 * 8 + frequency / 8 }

    private static let order = (0..<64).sorted { a, b in
        let (sumA, sumB) = (a / 8 + a % 8, b / 8 + b % 8)
        guard sumA == sumB else { return sumA < sumB }
        // Odd diagonals run down, even ones up.
        return sumA % 2 == 1 ? a < b : a > b
    }
}
