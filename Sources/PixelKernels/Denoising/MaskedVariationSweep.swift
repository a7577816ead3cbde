internal import CPixelKernels
internal import PixelCore

/// The image and the dual variables of masked total variation, and passes of several iterations over them; rows follow one
/// another as in `VariationSweep`.
@safe
struct MaskedVariationSweep {
    /// The step of the image; that of the dual is 1/(8 step), as the norm of the gradient, at most √8, demands. The value
    /// is where few iterations come nearest the minimum at the usual weights.
    private static let step: Float = 0.02

    private let known: UnsafePointer<UInt8>
    private let kept: UnsafePointer<UInt8>
    /// Row y at `(y + 1) * stride`; the row before the first is 0.
    private let down: UnsafeMutablePointer<Float>
    /// Row y at `y * stride`, preceded by a 0.
    private let right: UnsafeMutablePointer<Float>
    private let image: UnsafeMutablePointer<Float>
    /// Two rows ahead of the image for each iteration of a pass.
    private let rows: UnsafeMutablePointer<Float>
    private let layout: RowLayout
    private let pull: Float

    /// Where among the floats of working memory the image begins.
    static func imageStart(_ layout: RowLayout) -> Int { 2 * layout.planeCount + 2 * layout.stride }

    /// An image over `memory` of `3 * planeCount + (2 * stages + 2) * stride` floats; the planes of samples and of what is
    /// kept of them have 0 all around.
    init(
        known: UnsafePointer<UInt8>, kept: UnsafePointer<UInt8>, memory: UnsafeMutablePointer<Float>, layout: RowLayout,
        weight: Float
    ) {
        unsafe self.known = known
        unsafe self.kept = kept
        unsafe down = memory
        unsafe right = memory + layout.planeCount + layout.stride + RowLayout.alignment
        unsafe image = memory + Self.imageStart(layout)
        unsafe rows = memory + Self.imageStart(layout) + layout.planeCount
        self.layout = layout
        pull = Self.step / weight / (1 + Self.step / weight)
    }

    /// Begins with the kept samples and their means between them, and a dual of 0.
    func reset(fallback: Float) {
        unsafe down.update(repeating: 0, count: Self.imageStart(layout))
        for y in 0..<layout.height {
            let start = y * layout.stride
            unsafe pk_masked_fill(known + start, kept + start, layout.stride, fallback, image + start, layout.padded)
        }
    }

    /// Iterates `stages` times; false when cancelled.
    func run(_ stages: Int, _ cancellation: CancellationFlag) -> Bool {
        for step in -1..<layout.height + stages - 1 {
            if cancellation.isRaised { return false }
            for s in 0..<stages {
                let y = step - s
                if y + 1 >= 0, y + 1 < layout.height { moveImage(row: y + 1, stage: s) }
                if y >= 0, y < layout.height { moveDual(row: y, stage: s) }
            }
        }
        return true
    }

    private func moveImage(row y: Int, stage: Int) {
        let (start, ahead) = unsafe (y * layout.stride, row(y, stage))
        unsafe pk_masked_primal(
            known + start, kept + start, down + start, down + start + layout.stride, right + start, image + start,
            ahead,
            Self.step, pull, layout.padded)
        // No difference beyond the last column.
        unsafe ahead[layout.width] = ahead[layout.width - 1]
    }

    private func moveDual(row y: Int, stage: Int) {
        let start = y * layout.stride
        let below = y == layout.height - 1 ? y : y + 1
        unsafe pk_masked_dual(
            row(y, stage), row(below, stage), down + start + layout.stride, right + start, 1 / (8 * Self.step),
            layout.padded)
    }

    /// Row y ahead of a stage's image; it holds the rows y and y + 1 at a time.
    private func row(_ y: Int, _ stage: Int) -> UnsafeMutablePointer<Float> {
        unsafe rows + (2 * stage + y % 2) * layout.stride
    }
}
