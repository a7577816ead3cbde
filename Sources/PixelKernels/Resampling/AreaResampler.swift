package import PixelCore

/// Resizes an image by area coverage (shrinking) or linearly (growing), each axis by its own rule; see `AxisTaps`.
///
/// All arithmetic is on whole numbers: a destination sample is an exact fraction, rounded half to even once.
package struct AreaResampler: Sendable {
    /// The largest side of a source or destination.
    package static let largestSide = 1 << 16
    private let source: PixelShape
    private let destination: PixelShape
    private let columns: AxisTaps
    private let rows: AxisTaps

    /// A resampler between two shapes of equal channels; nil when channels differ or a side is over `largestSide`.
    package init?(from source: PixelShape, to destination: PixelShape) {
        let sides = [source.width, source.height, destination.width, destination.height]
        guard source.channels == destination.channels, sides.allSatisfy({ $0 <= Self.largestSide }) else { return nil }
        self.source = source
        self.destination = destination
        columns = AxisTaps(source: source.width, destination: destination.width)
        rows = AxisTaps(source: source.height, destination: destination.height)
    }

    /// What the sums of `visitRows` are to be divided by; at most 2^34.
    package var total: UInt64 { UInt64(columns.total) * UInt64(rows.total) }

    /// Writes `pixels` of the source shape into `output` of the destination shape.
    ///
    /// False when cancelled, with `output` unfinished. Costs about a sample's addition for each source sample.
    package func resize(
        _ pixels: Span<UInt8>, into output: inout MutableSpan<UInt8>, cancellation: CancellationFlag
    ) -> Bool {
        precondition(output.count == destination.sampleCount)
        let length = destination.rowSamples
        let divider = RoundingDivider(divisor: total)
        var (down, across) = makeScratch()
        for y in 0..<destination.height {
            if cancellation.isRaised { return false }
            sumRow(y, of: pixels, down: &down, across: &across)
            var row = output._mutatingExtracting(y * length..<(y + 1) * length)
            let sums = across.span
            for i in 0..<row.count { row[i] = UInt8(truncatingIfNeeded: divider.divide(sums[i])) }
        }
        return true
    }

    /// Gives `body` the unrounded weighted sums of each destination row; divide by `total` for the mean sample.
    package func visitRows(of pixels: Span<UInt8>, _ body: (Int, Span<UInt64>) -> Void) {
        var (down, across) = makeScratch()
        for y in 0..<destination.height {
            sumRow(y, of: pixels, down: &down, across: &across)
            body(y, across.span)
        }
    }

    /// Room for one row: weighted sums over source rows, then over columns as well.
    private func makeScratch() -> (down: [UInt32], across: [UInt64]) {
        ([UInt32](repeating: 0, count: source.rowSamples), [UInt64](repeating: 0, count: destination.rowSamples))
    }

    private func sumRow(_ y: Int, of pixels: Span<UInt8>, down: inout [UInt32], across: inout [UInt64]) {
        var columnSums = down.mutableSpan
        sumDown(y, of: pixels, into: &columnSums)
        var sums = across.mutableSpan
        if source.channels == 1 {
            sumAcross1(down.span, into: &sums)
        } else {
            sumAcross3(down.span, into: &sums)
        }
    }

    /// The weighted sum of the source rows of destination row `y`: at most 255 · 2^17, within 32 bits.
    private func sumDown(_ y: Int, of pixels: Span<UInt8>, into sums: inout MutableSpan<UInt32>) {
        let length = source.rowSamples
        let taps = rows.offsets[y]..<rows.offsets[y + 1]
        for i in 0..<sums.count { sums[i] = 0 }
        var wholeRows = 0
        for tap in taps where rows.weights[tap] == rows.fullWeight {
            let start = (rows.first[y] + tap - taps.lowerBound) * length
            Self.add(pixels.extracting(start..<start + length), to: &sums)
            wholeRows += 1
        }
        if wholeRows > 0, rows.fullWeight != 1 { Self.multiply(&sums, by: rows.fullWeight) }
        for tap in taps where rows.weights[tap] != rows.fullWeight {
            let start = (rows.first[y] + tap - taps.lowerBound) * length
            Self.add(pixels.extracting(start..<start + length), times: rows.weights[tap], to: &sums)
        }
    }

    private static func add(_ row: Span<UInt8>, to sums: inout MutableSpan<UInt32>) {
        let count = sums.count
        precondition(row.count == count)
        for i in 0..<count { sums[i] = sums[i] &+ UInt32(row[i]) }
    }

    private static func add(_ row: Span<UInt8>, times weight: UInt32, to sums: inout MutableSpan<UInt32>) {
        let count = sums.count
        precondition(row.count == count)
        for i in 0..<count { sums[i] = sums[i] &+ UInt32(row[i]) &* weight }
    }

    private static func multiply(_ sums: inout MutableSpan<UInt32>, by weight: UInt32) {
        for i in 0..<sums.count { sums[i] = sums[i] &* weight }
    }

    // Sums across are below 255 · 2^34, so 64-bit additions and multiplications cannot wrap. The reads are unchecked (a
    // checked one costs as much as the addition): `AxisTaps` keeps every destination's positions inside the source and
    // its weights inside `weights`, and the preconditions tie the spans to the axis.

    private func sumAcross1(_ weighted: Span<UInt32>, into sums: inout MutableSpan<UInt64>) {
        precondition(weighted.count == columns.sourceCount && sums.count == columns.first.count)
        let (first, offsets, weights) = (columns.first.span, columns.offsets.span, columns.weights.span)
        for x in 0..<sums.count {
            var sum: UInt64 = 0
            let start = offsets[x]
            // Position of a tap in the source: its index plus this, wrapping below 0 for the sum alone.
            let shift = first[x] &- start
            for tap in start..<offsets[x &+ 1] {
                sum = unsafe sum &+ UInt64(weighted[unchecked: shift &+ tap]) &* UInt64(weights[unchecked: tap])
            }
            sums[x] = sum
        }
    }

    private func sumAcross3(_ weighted: Span<UInt32>, into sums: inout MutableSpan<UInt64>) {
        precondition(weighted.count == 3 * columns.sourceCount && sums.count == 3 * columns.first.count)
        let (first, offsets, weights) = (columns.first.span, columns.offsets.span, columns.weights.span)
        for x in 0..<first.count {
            var red: UInt64 = 0
            var green: UInt64 = 0
            var blue: UInt64 = 0
            let start = offsets[x]
            var position = 3 &* first[x]
            for tap in start..<offsets[x &+ 1] {
                let weight = unsafe UInt64(weights[unchecked: tap])
                red = unsafe red &+ UInt64(weighted[unchecked: position]) &* weight
                green = unsafe green &+ UInt64(weighted[unchecked: position &+ 1]) &* weight
                blue = unsafe blue &+ UInt64(weighted[unchecked: position &+ 2]) &* weight
                position &+= 3
            }
            sums[3 &* x] = red
            sums[3 &* x &+ 1] = green
            sums[3 &* x &+ 2] = blue
        }
    }
}
