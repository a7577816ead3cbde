internal import CPixelKernels

/// Where the scalers that are compared read along one axis, on the model's grid and on the same grid moved by about half
/// a step.
struct SamplingAxis: Sendable {
    /// Positions in the source.
    let source: Int
    /// Positions on the grid.
    let count: Int
    /// Source positions by which the second grid is moved: half a step, at least 1; 0 on an axis left as it is.
    let shift: Int
    /// The position of each destination by OpenCV's nearest rule.
    let nearestOpenCV: [Int]
    /// The position of each destination by Pillow's nearest rule.
    let nearestPillow: [Int]
    /// OpenCV's bilinear positions, clamped.
    let bilinear: BilinearTaps
    /// What each destination covers.
    let area: AxisTaps

    /// An axis from `source` to `destination` positions; nil when a grid of less than three positions is to be moved.
    init?(source: Int, destination: Int) {
        let isShrunk = Double(source) > ScalerDisagreement.leastRatio * Double(destination)
        if isShrunk, destination < 3 { return nil }
        self.source = source
        count = isShrunk ? destination : source
        // Half a step, a half up: 1 from ratios of 1 on.
        shift = isShrunk ? max(1, (source + destination) / (2 * destination)) : 0
        nearestOpenCV = ResamplingTaps.nearestOpenCV(source: source, destination: count)
        nearestPillow = ResamplingTaps.nearestPillow(source: source, destination: count)
        bilinear = BilinearTaps(source: source, destination: count, isClamped: true)
        area = AxisTaps(source: source, destination: count)
    }

    /// Destinations that lie inside the source on the moved grid.
    var movedCount: Int { shift == 0 ? count : count - 1 }

    /// What destination `i` covers before the moved grid's destination `i` begins, and what it covers from there on; for
    /// ratios from 2, where the whole positions between the two are at least as many as the shift.
    func halves(of i: Int) -> (before: pk_area_tap, after: pk_area_tap) {
        let tap = area.taps[i]
        let isSplit = tap.lead > 0
        // The moved grid begins at the same fraction of a position as this one does.
        let before = pk_area_tap(
            start: tap.start, count: UInt32(shift) - (isSplit ? 1 : 0), lead: tap.lead,
            tail: isSplit ? area.fullWeight - tap.lead : 0)
        let after = pk_area_tap(
            start: tap.start + UInt32(shift), count: tap.count - UInt32(shift), lead: tap.lead, tail: tap.tail)
        return (before, after)
    }

    /// True when `halves` can be taken.
    var hasHalves: Bool { shift > 0 && source >= 2 * count }
}
