package import PixelCore

/// The residual's energy in windows all over an image, luma and colour together, and where it is strongest.
package struct EnergyMap: Hashable, Sendable {
    private let sums: [UInt32]
    private let across: Axis
    private let down: Axis
    private let rows: SampledRows

    /// The places of windows along one side.
    private struct Axis: Hashable, Sendable {
        /// Windows.
        let count: Int
        /// From one to the next.
        let step: Int
        /// Length of a window.
        let window: Int
        /// Length of the image.
        let length: Int
    }

    /// The smaller windows of a pass.
    init(of pass: ResidualPass, shape: PixelShape) {
        let luma = pass.lumaWindows[0]
        if let colour = pass.colourWindows.first {
            // Below 2 · 256 · 2,000,000.
            sums = zip(luma.sums, colour.sums).map { $0 + $1 }
        } else {
            sums = luma.sums
        }
        across = Axis(count: luma.columns, step: luma.step.across, window: luma.window.width, length: shape.width)
        down = Axis(count: luma.rows, step: luma.step.down, window: luma.window.height, length: shape.height)
        rows = pass.rows
    }

    /// The box around the strongest window: all windows joined to it whose energy is at least half way from the median
    /// window's to its own. Nil where no window stands out.
    ///
    /// A window on the edge of a patch holds half of it, so the box goes from the centre of the first window to that of the
    /// last, and to the image's edge where the windows end.
    package var strongestBox: Region? {
        let (most, twiceMedian) = WindowContrast.extremes(of: sums)
        guard 2 * UInt64(most) > twiceMedian, let peak = sums.firstIndex(of: most) else { return nil }
        let level = (twiceMedian + 2 * UInt64(most) + 3) / 4
        let (columns, lines) = component(at: peak) { UInt64($0) >= level }
        let (left, right) = edges(columns, across) { rows.firstColumn + $0 + 1 }
        let (top, bottom) = edges(lines, down) { rows.imageRow(inner: min($0, rows.innerRows - 1)) }
        return Region(x: left, y: top, width: max(1, right - left), height: max(1, bottom - top))
    }

    /// The first position and the one after the last of the image's side that a range of windows stands for.
    private func edges(_ range: ClosedRange<Int>, _ axis: Axis, position: (Int) -> Int) -> (Int, Int) {
        let first = range.lowerBound == 0 ? 0 : position(range.lowerBound * axis.step + axis.window / 2)
        let end =
            range.upperBound == axis.count - 1
            ? axis.length : position(range.upperBound * axis.step + (axis.window + 1) / 2)
        return (first, end)
    }

    /// The columns and rows of the windows that are joined, side by side, to the one at `peak` and are `included`.
    private func component(
        at peak: Int, _ included: (UInt32) -> Bool
    ) -> (columns: ClosedRange<Int>, rows: ClosedRange<Int>) {
        let count = across.count
        var isSeen = [Bool](repeating: false, count: sums.count)
        var open = [peak]
        isSeen[peak] = true
        var (left, right) = (peak % count, peak % count)
        var (top, bottom) = (peak / count, peak / count)
        while let index = open.popLast() {
            let (x, y) = (index % count, index / count)
            left = min(left, x)
            right = max(right, x)
            top = min(top, y)
            bottom = max(bottom, y)
            func visit(_ next: Int) {
                guard !isSeen[next], included(sums[next]) else { return }
                isSeen[next] = true
                open.append(next)
            }
            if x > 0 { visit(index - 1) }
            if x + 1 < count { visit(index + 1) }
            if y > 0 { visit(index - count) }
            if y + 1 < down.count { visit(index + count) }
        }
        return (left...right, top...bottom)
    }
}
