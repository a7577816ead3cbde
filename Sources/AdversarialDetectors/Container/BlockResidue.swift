internal import PixelCore
internal import PixelKernels

/// How far the blocks of an image are from the lattice that an earlier compression put them on, beyond what rounding (and
/// a later compression, which the file owns up to) may move them.
struct BlockResidue {
    /// The largest of three, in levels, from 0: the root-mean-square over the blocks of what is beyond; what the mean
    /// distance is beyond; and the same for the coefficients that were not rounded to zero alone, which a later
    /// compression cannot have kept in place.
    let levels: Double
    /// The mean distance of a coefficient to its lattice, levels.
    let meanDistance: Double
    /// Blocks that were looked at; those with samples of 0 or 255 are not.
    let blocks: Int
    /// Blocks that are off the lattice by more than chance allows.
    let changedBlocks: Int
    /// Around all changed blocks, where they are a quarter of all at most.
    let box: Region?

    /// Deviation of a coefficient that comes from rounding pixels, levels: 1/√12 each for luma and, weighted, for RGB.
    private static let rounding = 0.35
    /// How far a block's mean distance over n frequencies may be above what is expected: 5.6/√n of it, which is seven of its
    /// standard deviations. No block of photographs read from JPEG was further off.
    private static let blockMargin = 5.6
    /// How far means over many coefficients may be above what is expected, and those over the fewer ones that were not
    /// rounded to zero.
    private static let meanMargin = (all: 1.2, far: 1.4)
    /// Levels; nearer multiples hide what is between them.
    private static let leastStep = 4

    /// The residue of `coefficients` against multiples of `steps`, 64 in levels, 0 where none is known. `noise` is the
    /// deviation in levels by which a later compression may have moved each frequency; nil for none. Nil where no frequency
    /// or block can be looked at.
    init?(_ coefficients: BlockCoefficients, steps: [Int], noise: [Double]? = nil) {
        var tally = Tally(blocks: coefficients.count)
        for (frequency, step) in steps.enumerated().dropFirst() {
            let moved = noise?[frequency] ?? 0
            // A uniform distribution of this deviation is as wide as the later compression's step.
            let width = moved * 12.squareRoot()
            guard step >= Self.leastStep, Double(step) + 1e-6 >= Double(LatticeSearch.leastRatio) * width else {
                continue
            }
            // The mean of |x| of a normal x is 0.8 of its deviation; beyond a quarter of the step all is alike.
            let allowed = min(0.8 * (Self.rounding * Self.rounding + moved * moved).squareRoot(), Double(step) / 4)
            tally.add(coefficients.plane(frequency), step: 8 * step, allowed: allowed)
        }
        guard tally.frequencies > 0 else { return nil }
        let frequencies = Double(tally.frequencies)
        let allowed = tally.allowed / frequencies
        let limit = allowed * (1 + Self.blockMargin / frequencies.squareRoot())
        var (sum, squares, blocks) = (0.0, 0.0, 0)
        var changed: [(x: Int, y: Int)] = []
        for block in 0..<coefficients.count where !coefficients.leftOut[block] {
            let distance = Double(tally.sums[block]) / 8 / frequencies
            let beyond = max(0, distance - limit)
            blocks += 1
            sum += distance
            squares += beyond * beyond
            if beyond > 0 { changed.append(coefficients.origins[block]) }
        }
        guard blocks > 0 else { return nil }
        self.blocks = blocks
        meanDistance = sum / Double(blocks)
        levels = max(
            (squares / Double(blocks)).squareRoot(), meanDistance - allowed * Self.meanMargin.all,
            tally.farDistance - tally.farAllowed * Self.meanMargin.far, 0)
        changedBlocks = changed.count
        box = 4 * changed.count <= blocks ? Self.box(around: changed) : nil
    }

    private static func box(around blocks: [(x: Int, y: Int)]) -> Region? {
        guard let left = blocks.map(\.x).min(), let right = blocks.map(\.x).max(), let top = blocks.map(\.y).min(),
            let bottom = blocks.map(\.y).max()
        else { return nil }
        return Region(x: left, y: top, width: right - left + 8, height: bottom - top + 8)
    }
}

/// Distances to the lattice added up over frequencies.
private struct Tally {
    /// Of each block, in eighths of a level.
    var sums: [UInt16]
    var frequencies = 0
    /// What is allowed, levels, added up over frequencies.
    var allowed = 0.0
    /// The same over coefficients beyond half a step.
    private var far = (distance: 0.0, allowed: 0.0, count: 0.0)

    init(blocks: Int) {
        sums = [UInt16](repeating: 0, count: blocks)
    }

    /// The mean distance of coefficients beyond half a step, and what is allowed for them; levels.
    var farDistance: Double { far.count > 0 ? far.distance / far.count : 0 }
    var farAllowed: Double { far.count > 0 ? far.allowed / far.count : 0 }

    /// Adds the coefficients of a frequency; `step` is in eighths of a level.
    mutating func add(_ values: ArraySlice<Int16>, step: Int, allowed: Double) {
        var span = sums.mutableSpan
        LatticeKernel.add(values.span, step: step, to: &span)
        frequencies += 1
        self.allowed += allowed
        let sum = LatticeKernel.sum(values.span, step: step)
        far.distance += Double(sum.distance) / 8
        far.allowed += allowed * Double(sum.count)
        far.count += Double(sum.count)
    }
}
