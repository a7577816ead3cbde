internal import CPixelKernels

/// The weighted sums of the rows that a destination covers, column by column, on a grid and on the moved one.
struct VerticalSums {
    private let axis: SamplingAxis
    private let rowSamples: Int
    /// What the destination covers before the moved grid's begins, and from there on.
    private var before: [UInt32] = []
    private var after: [UInt32] = []
    /// Of the destination that was advanced to.
    private(set) var aligned: [UInt32]
    /// Of the moved destination before it; of the same one where the grid is not moved.
    private(set) var moved: [UInt32]

    /// Sums along `axis`, for rows of so many samples.
    init(axis: SamplingAxis, rowSamples: Int) {
        self.axis = axis
        self.rowSamples = rowSamples
        aligned = [UInt32](repeating: 0, count: rowSamples)
        moved = aligned
        if axis.hasHalves {
            before = aligned
            after = aligned
        }
    }

    /// Sums for destination `y`, the one after the last; `pixels` points to all samples.
    mutating func advance(to y: Int, of pixels: UnsafePointer<UInt8>) {
        let full = axis.area.fullWeight
        guard axis.hasHalves else {
            unsafe pk_area_down(pixels, rowSamples, axis.area.taps[y], full, &aligned, rowSamples)
            if axis.shift == 0 {
                moved = aligned
            } else if y > 0 {
                let start = unsafe pixels + axis.shift * rowSamples
                unsafe pk_area_down(start, rowSamples, axis.area.taps[y - 1], full, &moved, rowSamples)
            }
            return
        }
        // Each source row is read once: the moved destination is the second part of one and the first of the next.
        let parts = axis.halves(of: y)
        unsafe pk_area_down(pixels, rowSamples, parts.before, full, &before, rowSamples)
        if y > 0 { unsafe pk_area_mix(after, before, 1, 1, &moved, rowSamples) }
        unsafe pk_area_down(pixels, rowSamples, parts.after, full, &after, rowSamples)
        unsafe pk_area_mix(before, after, 1, 1, &aligned, rowSamples)
    }
}
