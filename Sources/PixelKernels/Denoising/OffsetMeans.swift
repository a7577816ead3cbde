internal import CPixelKernels
internal import PixelCore

/// What is added in one call: two offsets of a search window, whose opposites are added with them.
struct OffsetPair: Sendable {
    /// Two.
    let offsets: [pk_offset]
    /// A table of weights for both where weights come from patches, one for each where they come from colours.
    let tables: [[UInt32]]
}

/// The weighted mean of each pixel over a search window, for some planes of an image.
struct PlaneMeans: Sendable {
    /// The planes that are weighed together.
    let planes: Range<Int>
    /// How patches are compared; nil where weights come from colours.
    let rule: pk_patch_rule?
    /// Side of a patch; 1 for colours.
    let patch: Int
    /// Half the side of the search window.
    let reach: Int
    /// Every offset but the one of a pixel to itself, half of them by name.
    let pairs: [OffsetPair]
    /// The weight of a pixel for itself.
    let ownWeight: UInt32

    /// Samples that are read on each side of a pixel.
    var border: Int { patch / 2 + reach }

    /// Half of the offsets of at most `reach` rows and columns that satisfy `isIncluded`, two by two, so that opposites
    /// give all but the middle. Quarter turns must keep the set, which makes half of it an even number.
    static func pairs(
        reach: Int, isIncluded: (pk_offset) -> Bool = { _ in true }, tables: ([pk_offset]) -> [[UInt32]]
    ) -> [OffsetPair] {
        var offsets: [pk_offset] = []
        for dy in 0...reach {
            for dx in -reach...reach where dy > 0 || dx > 0 {
                let offset = pk_offset(dy: dy, dx: dx)
                if isIncluded(offset) { offsets.append(offset) }
            }
        }
        return stride(from: 0, to: offsets.count, by: 2).map { index in
            let pair = Array(offsets[index..<index + 2])
            return OffsetPair(offsets: pair, tables: tables(pair))
        }
    }
}

/// Weighted means over search windows, tile by tile: what non-local means and the bilateral filter share.
///
/// Working memory is a band of 16 or 32 rows of the image and a few tiles, whatever the size of the image.
struct OffsetMeans {
    private static let tileColumns = 256

    let form: PlanarForm
    let steps: [PlaneMeans]

    /// Writes the means of `source` into `output`, both of `shape`; false when cancelled, with `output` unfinished.
    func apply(
        _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, shape: PixelShape, cancellation: CancellationFlag
    ) -> Bool {
        precondition(source.count == shape.sampleCount && output.count == shape.sampleCount)
        // Weights are computed for `reach` more rows than a tile has; small tiles stay in the nearest cache.
        let rows = min(steps.contains { $0.reach > 3 } ? 32 : 16, shape.height)
        let border = steps.reduce(0) { max($0, $1.border) }
        var stripe = MirroredStripe(
            width: shape.width, height: shape.height, form: form, border: border, rows: rows)
        var means = [UInt8](repeating: 0, count: form.planes * rows * shape.width)
        var memory = TileMemory()
        for y in Swift.stride(from: 0, to: shape.height, by: rows) {
            if cancellation.isRaised { return false }
            stripe.move(to: y, of: source)
            for step in steps {
                let isFinished = Self.fill(
                    &means, by: step, from: stripe, width: shape.width, memory: &memory, cancellation: cancellation)
                guard isFinished else { return false }
            }
            let length = shape.rowSamples
            for row in 0..<min(rows, shape.height - y) {
                var target = output._mutatingExtracting((y + row) * length..<(y + row + 1) * length)
                write(means, from: row * shape.width, planeStep: rows * shape.width, into: &target)
            }
        }
        return true
    }

    /// Tiles of about equal width, so that the last is not a sliver.
    private static func fill(
        _ means: inout [UInt8], by step: PlaneMeans, from stripe: MirroredStripe, width: Int,
        memory: inout TileMemory, cancellation: CancellationFlag
    ) -> Bool {
        let largest = tileColumns - (step.patch - 1)
        let count = (width + largest - 1) / largest
        let columns = (width + count - 1) / count
        for x in Swift.stride(from: 0, to: width, by: columns) {
            let part = min(columns, width - x)
            let tile = pk_tile(
                rows: stripe.rows, width: (part + step.patch - 1 + 15) & ~15, stride: stripe.stride,
                planes: step.planes.count, plane_step: stripe.planeStep, patch: step.patch, reach: step.reach)
            guard memory.sum(step, tile: tile, column: x, of: stripe, cancellation: cancellation) else { return false }
            for (index, plane) in step.planes.enumerated() {
                for row in 0..<tile.rows {
                    let start = (plane * stripe.rows + row) * width + x
                    memory.writeMeans(of: index, row: row, tile: tile, into: &means, at: start, count: part)
                }
            }
        }
        return true
    }

    /// Writes one row of the planes in `means` as samples.
    private func write(_ means: [UInt8], from start: Int, planeStep: Int, into row: inout MutableSpan<UInt8>) {
        let width = form == .grey ? row.count : row.count / 3
        precondition(means.count >= start + (form.planes - 1) * planeStep + width)
        unsafe means.withUnsafeBufferPointer { means in
            unsafe row.withUnsafeMutableBufferPointer { row in
                guard let means = means.baseAddress, let out = row.baseAddress else { return }
                let first = unsafe means + start
                let (second, third) = unsafe (first + planeStep, first + 2 * planeStep)
                switch form {
                case .grey: unsafe out.update(from: first, count: width)
                case .colour: unsafe pk_join_row(first, second, third, out, width)
                case .lab: unsafe pk_bgr_from_lab_row(first, second, third, LabTables.luma, out, width)
                }
            }
        }
    }
}

/// What the C loops work in, kept from tile to tile.
private struct TileMemory {
    private var scratch: [UInt32] = []
    private var sums: [UInt32] = []

    /// Sums weights and weighted samples of a tile from column `x` of `stripe`; false when cancelled.
    mutating func sum(
        _ step: PlaneMeans, tile: pk_tile, column x: Int, of stripe: MirroredStripe, cancellation: CancellationFlag
    ) -> Bool {
        var tile = tile
        let words = unsafe pk_scratch_words(&tile)
        if scratch.count < words { scratch = [UInt32](repeating: 0, count: words) }
        let count = (tile.planes + 1) * tile.rows * tile.width
        if sums.count < count { sums = [UInt32](repeating: 0, count: count) }
        // The band's border may be wider than this step needs.
        let inset = stripe.border - step.patch / 2
        let start = step.planes.lowerBound * stripe.planeStep + inset * (stripe.stride + 1) + x
        return unsafe stripe.storage.withUnsafeBufferPointer { storage in
            guard let base = storage.baseAddress else { return false }
            let samples = unsafe base + start
            unsafe pk_begin_sums(samples, &tile, step.ownWeight, &sums)
            for pair in step.pairs {
                if cancellation.isRaised { return false }
                if var rule = step.rule {
                    unsafe pk_nl_add_offsets(samples, pair.offsets, &tile, &rule, pair.tables[0], &scratch, &sums)
                } else {
                    unsafe pk_bilateral_add_offsets(
                        samples, pair.offsets, &tile, pair.tables[0], pair.tables[1], &scratch, &sums)
                }
            }
            return true
        }
    }

    /// Writes the first `count` means of a row of the tile's plane `index`.
    func writeMeans(of index: Int, row: Int, tile: pk_tile, into means: inout [UInt8], at start: Int, count: Int) {
        let area = tile.rows * tile.width
        precondition(means.count >= start + count && sums.count >= (index + 2) * area && count <= tile.width)
        unsafe sums.withUnsafeBufferPointer { sums in
            unsafe means.withUnsafeMutableBufferPointer { means in
                guard let totals = sums.baseAddress, let out = means.baseAddress else { return }
                let total = unsafe totals + row * tile.width
                unsafe pk_weighted_mean(total + (index + 1) * area, total, out + start, count)
            }
        }
    }
}
