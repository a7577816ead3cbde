internal import CPixelKernels

/// One plane on its way through three scales: the last rows of each, and what was counted in them.
struct ResidualPlane: Sendable {
    /// Magnitudes of second differences at the image's scale and at half of it.
    private(set) var fine: MagnitudeCounts
    private(set) var coarse: MagnitudeCounts
    /// Magnitudes of differences along rows and down columns at a quarter of it.
    private(set) var across: MagnitudeCounts
    private(set) var down: MagnitudeCounts
    /// The sum of the samples at a quarter of the scale, and of their squares.
    private(set) var moments: [Int64] = [0, 0]
    /// Second differences at the image's scale of the row before the last one: width - 2 of them.
    private(set) var magnitudes: [UInt16]

    private let width: Int
    private var scratch: [Int16]
    private var other: [UInt16]
    private var row = 0

    /// A plane of `width` columns (at least 12) whose samples span `range` levels, 255 or 510.
    init(width: Int, range: Int) {
        self.width = width
        // The weights of the second difference sum to 8 on either side; those of sums of 4 and 16 grow as these.
        let bins = range > 255 ? 2 : 1
        fine = MagnitudeCounts(bins: bins * 2048, isBusy: true)
        coarse = MagnitudeCounts(bins: bins * 8192, isBusy: true)
        across = MagnitudeCounts(bins: bins * 4096, isBusy: false)
        down = across
        magnitudes = [UInt16](repeating: 0, count: width)
        other = magnitudes
        scratch = [Int16](repeating: 0, count: width)
    }

    /// Samples of working memory that a plane of `width` columns needs: three rows at each of the two scales that second
    /// differences are taken of, two at the last one.
    static func workingSamples(width: Int) -> Int {
        3 * width + 3 * (width / 2) + 2 * (width / 4)
    }

    /// Samples at a quarter of the scale.
    private(set) var quarterSamples = 0

    /// The next row is the first of a band.
    mutating func beginBand() {
        row = 0
    }

    /// Takes the next row of samples; true when `magnitudes` are those of a new row. `base` points to this plane's working
    /// memory, the same for every row of a band.
    mutating func add(_ samples: UnsafePointer<Int16>, _ base: UnsafeMutablePointer<Int16>) -> Bool {
        let y = row
        row += 1
        unsafe (base + y % 3 * width).update(from: samples, count: width)
        let isNew = y >= 2
        if isNew {
            let largest = unsafe pk_second_difference_row(
                base + (y - 2) % 3 * width, base + (y - 1) % 3 * width, base + y % 3 * width, &scratch, &magnitudes,
                width - 2)
            unsafe fine.add(magnitudes, count: width - 2, largest: largest)
        }
        if y % 2 == 1 {
            let half = unsafe base + 3 * width
            unsafe pk_halve_row(
                base + (y - 1) % 3 * width, base + y % 3 * width, half + y / 2 % 3 * (width / 2), width / 2)
            unsafe addHalf(half, y / 2)
        }
        return isNew
    }

    private mutating func addHalf(_ base: UnsafeMutablePointer<Int16>, _ y: Int) {
        let width = self.width / 2
        if y >= 2 {
            let largest = unsafe pk_second_difference_row(
                base + (y - 2) % 3 * width, base + (y - 1) % 3 * width, base + y % 3 * width, &scratch, &other,
                width - 2)
            unsafe coarse.add(other, count: width - 2, largest: largest)
        }
        if y % 2 == 1 {
            let quarter = unsafe base + 3 * width
            unsafe pk_halve_row(
                base + (y - 1) % 3 * width, base + y % 3 * width, quarter + y / 2 % 2 * (width / 2), width / 2)
            unsafe addQuarter(quarter, y / 2)
        }
    }

    private mutating func addQuarter(_ base: UnsafeMutablePointer<Int16>, _ y: Int) {
        let width = self.width / 4
        let here = unsafe base + y % 2 * width
        unsafe pk_moments_row(here, &moments, width)
        quarterSamples += width
        var largest = unsafe pk_difference_row(here + 1, here, &other, width - 1)
        unsafe across.add(other, count: width - 1, largest: largest)
        if y >= 1 {
            largest = unsafe pk_difference_row(here, base + (y - 1) % 2 * width, &other, width)
            unsafe down.add(other, count: width, largest: largest)
        }
    }
}
