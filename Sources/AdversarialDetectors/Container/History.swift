internal import PixelKernels

/// What was found out about the earlier compression of one image.
struct History {
    /// The grid's differences at all places.
    let grid: BlockGrid
    /// Where the blocks of the earlier compression begin, 0...7 each way.
    private(set) var origin: (x: Int, y: Int)
    /// The lattice of the earlier compression; nil where none shows.
    private(set) var lattice: CoefficientLattice?
    /// How far the blocks are from it; nil without a lattice.
    private(set) var residue: BlockResidue?
    /// Compressed twice, at least.
    private(set) var isDouble = false
    /// The quality of an earlier compression that shows in the histograms alone; nil where none does.
    private var periodQuality: Int?
    private let own: OwnCompression?
    private let isJPEG: Bool
    private let blocks: Int

    /// Least strength of a shifted grid for which its blocks are looked at, and of one that is not the strongest: one
    /// direction may show the grid and the other something else.
    private static let leastShift = 4.0
    private static let leastOther = 6.0
    /// A grid without a lattice scores half of what its strength is above these, `most` at most: on the own origin, where
    /// content of period 8 is rare, and elsewhere, where the strongest of 63 was taken.
    private static let freeStrength = (aligned: 5.0, shifted: 9.0)
    private static let mostGridScore = 4.0
    /// With fewer blocks any small pattern is a grid.
    private static let fewestBlocks = 100

    /// The history of an image of which `tiles` were taken; `own` is a JPEG's last compression.
    init(_ tiles: [LumaTile], own: OwnCompression?, isJPEG: Bool) {
        self.own = own
        self.isJPEG = isJPEG
        origin = own?.origin ?? (0, 0)
        var sums = BlockGridSums()
        for tile in tiles { sums.add(tile) }
        blocks = tiles.reduce(0) { $0 + ($1.columns.count / 8) * ($1.rows.count / 8) }
        grid = BlockGrid(sums, blocks: blocks)
        guard blocks > 0, !isJPEG || own != nil else { return }
        let first = origin
        look(tiles, at: first, isShifted: false)
        let others = grid.origins
        // The strongest grid is the own one: there is nothing else to find.
        guard others.first.map({ $0 != first }) ?? false else { return }
        for (i, other) in others.enumerated() where other != first {
            let strength = grid.strength(x: other.x, y: other.y)
            guard lattice == nil, strength > (i == 0 ? Self.leastShift : Self.leastOther) else { return }
            look(tiles, at: other, isShifted: true)
            // Without a lattice the grid must be strong to count as shifted, and it may well be the JPEG's own.
            let isStrong =
                strength > Self.freeStrength.shifted && blocks >= Self.fewestBlocks && gridStrength < strength
            if lattice != nil || !isJPEG && isStrong { origin = other }
        }
    }

    /// Looks for a lattice of blocks that begin at `place`.
    private mutating func look(_ tiles: [LumaTile], at place: (x: Int, y: Int), isShifted: Bool) {
        let coefficients = BlockCoefficients(of: tiles, x: place.x, y: place.y)
        let search = LatticeSearch(coefficients)
        guard let own else {
            let free = isShifted ? Self.freeStrength.shifted : Self.freeStrength.aligned
            lookFreely(coefficients, search, hasGrid: grid.strength(x: place.x, y: place.y) > free)
            return
        }
        if isShifted {
            lattice = search.best()
            if let lattice {
                let noise = Self.noise(own.steps, isAligned: false)
                residue = BlockResidue(coefficients, steps: lattice.steps, noise: noise)
                isDouble = true
            }
        } else {
            lookBefore(own.steps, isTurned: own.isTurned, coefficients, search)
        }
    }

    /// Looks for the compression of an image that does not say which it was: a quality's, of which exact multiples go first,
    /// or, where something shows, one with steps of its own. Where it is exact, there may be one before it.
    private mutating func lookFreely(_ coefficients: BlockCoefficients, _ search: LatticeSearch, hasGrid: Bool) {
        let best = search.best()
        guard best != nil || hasGrid else { return }
        lattice = best
        residue = best.flatMap { BlockResidue(coefficients, steps: $0.steps) }
        if !isExact {
            let others = [best.flatMap { search.best(above: ($0.quality ?? 0) + 2) }, search.ownTable()]
            for case .some(let other) in others {
                let moved = BlockResidue(coefficients, steps: other.steps)
                guard let moved, moved.levels < (residue?.levels ?? .infinity) / 2 else { continue }
                (lattice, residue) = (other, moved)
                break
            }
        }
        if isExact, let found = lattice, let quality = found.quality {
            let isTurned = found.steps != OwnCompression.steps(quality: quality)
            lookBefore(found.steps, isTurned: isTurned, coefficients, search)
        }
    }

    /// Looks for a compression before one whose steps are `steps`.
    private mutating func lookBefore(
        _ steps: [Int], isTurned: Bool, _ coefficients: BlockCoefficients, _ search: LatticeSearch
    ) {
        let noise = Self.noise(steps, isAligned: true)
        if let earlier = search.earlier(than: steps, isTurned: isTurned),
            let moved = BlockResidue(coefficients, steps: earlier.steps, noise: noise)
        {
            (lattice, residue, isDouble) = (earlier, moved, true)
        } else if let found = DoubleCompression.best(coefficients, own: steps),
            found.significance >= DoubleCompression.least
        {
            periodQuality = found.quality
            isDouble = true
        }
    }

    /// By how many levels (deviation) the file's own compression moved the coefficients of each frequency at most. On another
    /// grid every coefficient gets a share of what all of them moved, and most of near frequencies.
    private static func noise(_ steps: [Int], isAligned: Bool) -> [Double] {
        let mean = isAligned ? 0 : (Double(steps.reduce(0) { $0 + $1 * $1 }) / 64).squareRoot()
        return steps.map { max(Double($0), mean) / 12.squareRoot() }
    }
}

extension History {
    /// The strength of the grid at `origin`.
    var gridStrength: Double { grid.strength(x: origin.x, y: origin.y) }

    /// The quality of the earliest compression that shows; 0 where none is known.
    var quality: Int { periodQuality ?? lattice?.quality ?? 0 }

    /// Blocks begin elsewhere than at the image's corner, or than the JPEG's own.
    var isShifted: Bool { origin != own?.origin ?? (0, 0) }

    /// The strength of a grid that has no lattice to it and is not a JPEG's own, above what chance gives.
    private var unexplainedGrid: Double {
        guard lattice == nil, !isJPEG, blocks >= Self.fewestBlocks else { return 0 }
        return max(0, gridStrength - (isShifted ? Self.freeStrength.shifted : Self.freeStrength.aligned))
    }

    /// Larger is odder; levels.
    var score: Double {
        if let residue { return residue.levels }
        return min(Self.mostGridScore, unexplainedGrid / 2)
    }

    /// Pixels stand where an earlier compression put them.
    var isExact: Bool { residue.map { $0.levels == 0 } ?? false }

    /// Pixels have moved since.
    var isBroken: Bool { score > 0 }
}
