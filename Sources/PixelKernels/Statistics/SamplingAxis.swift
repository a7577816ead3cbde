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

    /// An axis from `source` to `destination` positions; nil when a grid of one position cannot be moved.
    init?(source: Int, destination: Int) {
        let isShrunk = Double(source) > ScalerDisagreement.leastRatio * Double(destination)
        if isShrunk, destination < 2 { return nil }
        self.source = source
        count = isShrunk ? destination : source
        // Half a step, a half up: 1 from ratios of 1 on.
        shift = isShrunk ? max(1, (source + destination) / (2 * destination)) : 0
        nearestOpenCV = ResamplingTaps.nearestOpenCV(source: source, destination: count)
        nearestPillow = ResamplingTaps.nearestPillow(source: source, destination: count)
        bilinear = BilinearTaps(source: source, destination: count, isClamped: true)
        area = AxisTaps(source: source, destination: count)
    }

    /// Destinations that lie inside the source on the grid moved by `offset`.
    func count(at offset: Int) -> Int { offset == 0 ? count : count - 1 }
}
