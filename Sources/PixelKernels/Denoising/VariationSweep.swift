internal import CPixelKernels
internal import PixelCore

/// The dual variables of total-variation denoising, and passes of several iterations over them.
///
/// The image of an iteration needs the dual of the row above, its dual step the image of the row below. So iteration s may
/// work on row t - s of its dual as soon as iteration s - 1 is done with row t - s + 1, and all are done in place.
@safe
struct VariationSweep {
    private let image: UnsafePointer<UInt8>
    /// Row y at `(y + 1) * stride`; the row before the first is 0.
    private let down: UnsafeMutablePointer<Float>
    /// Row y at `y * stride`, preceded by a 0.
    private let right: UnsafeMutablePointer<Float>
    private let result: UnsafeMutablePointer<Float>
    /// Two rows of the image and one of sums for each iteration of a pass.
    private let rows: UnsafeMutablePointer<Float>
    private let layout: RowLayout
    private let weight: Float

    /// Where among the floats of working memory the image of the last iteration that kept it begins.
    static func resultStart(_ layout: RowLayout) -> Int { 2 * layout.planeCount + 2 * layout.stride }

    /// Duals over `memory` of `3 * planeCount + (3 * stages + 2) * stride` floats, for `image` of `planeCount` samples.
    init(
        image: UnsafePointer<UInt8>, memory: UnsafeMutablePointer<Float>, layout: RowLayout, stages: Int, weight: Float
    ) {
        unsafe self.image = image
        unsafe down = memory
        unsafe right = memory + layout.planeCount + layout.stride + RowLayout.alignment
        unsafe result = memory + Self.resultStart(layout)
        unsafe rows = memory + Self.resultStart(layout) + layout.planeCount
        self.layout = layout
        self.weight = weight
    }

    /// Begins again with a dual of 0.
    func reset() {
        unsafe down.update(repeating: 0, count: Self.resultStart(layout))
    }

    /// Iterates `stages` times; the energy of each iteration, or nil when cancelled.
    ///
    /// `keepsImage`, for one stage alone, copies its image to the results.
    func run(_ stages: Int, keepsImage: Bool, _ cancellation: CancellationFlag) -> [Double]? {
        precondition(stages == 1 || !keepsImage)
        var energies = [Double](repeating: 0, count: stages)
        for s in 0..<stages { unsafe sums(s).update(repeating: 0, count: layout.padded) }
        for step in -1..<layout.height + stages - 1 {
            if cancellation.isRaised { return nil }
            for s in 0..<stages {
                let y = step - s
                if y + 1 >= 0, y + 1 < layout.height { makeImage(row: y + 1, stage: s) }
                guard y >= 0, y < layout.height else { continue }
                if keepsImage { unsafe (result + y * layout.stride).update(from: row(y, s), count: layout.padded) }
                moveDual(row: y, stage: s)
                // Floats add up no more than 64 rows, so that the energy is good to 1e-7.
                if y % 64 == 63 || y == layout.height - 1 {
                    unsafe energies[s] += pk_sum(sums(s), layout.width)
                    unsafe sums(s).update(repeating: 0, count: layout.padded)
                }
            }
        }
        return energies
    }

    private func makeImage(row y: Int, stage: Int) {
        let (start, out) = unsafe (y * layout.stride, row(y, stage))
        unsafe pk_variation_primal(
            image + start, down + start, down + start + layout.stride, right + start, out, sums(stage), layout.padded)
        // No difference beyond the last column.
        unsafe out[layout.width] = out[layout.width - 1]
    }

    private func moveDual(row y: Int, stage: Int) {
        let start = y * layout.stride
        let below = y == layout.height - 1 ? y : y + 1
        unsafe pk_variation_dual(
            row(y, stage), row(below, stage), down + start + layout.stride, right + start, sums(stage), weight,
            0.25 / weight, layout.padded)
    }

    /// Row y of a stage's image; it holds the rows y and y + 1 at a time.
    private func row(_ y: Int, _ stage: Int) -> UnsafeMutablePointer<Float> {
        unsafe rows + (3 * stage + y % 2) * layout.stride
    }

    private func sums(_ stage: Int) -> UnsafeMutablePointer<Float> {
        unsafe rows + (3 * stage + 2) * layout.stride
    }
}
