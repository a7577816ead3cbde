internal import CPixelKernels
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
        guard Self.accepts(source, destination) else { return nil }
        self.source = source
        self.destination = destination
        columns = AxisTaps(source: source.width, destination: destination.width)
        rows = AxisTaps(source: source.height, destination: destination.height)
    }

    /// True when channels are equal and no side is over `largestSide`.
    static func accepts(_ source: PixelShape, _ destination: PixelShape) -> Bool {
        let longest = max(max(source.width, source.height), max(destination.width, destination.height))
        return source.channels == destination.channels && longest <= largestSide
    }

    /// What the sums of `visitRows` are to be divided by; at most 2^34.
    package var total: UInt64 { UInt64(columns.total) * UInt64(rows.total) }

    /// Writes `pixels` of the source shape into `output` of the destination shape.
    ///
    /// False when cancelled, with `output` unfinished. Costs about a sample's addition for each source sample.
    package func resize(
        _ pixels: Span<UInt8>, into output: inout MutableSpan<UInt8>, cancellation: CancellationFlag
    ) -> Bool {
        precondition(pixels.count == source.sampleCount && output.count == destination.sampleCount)
        return unsafe pixels.withUnsafeBufferPointer { pixels in
            unsafe output.withUnsafeMutableBufferPointer { output in
                guard let from = pixels.baseAddress, let to = output.baseAddress else { return false }
                if HalvingKernel.applies(from: source, to: destination) {
                    return unsafe HalvingKernel.resize(
                        from, into: to, destination: destination, roundsToEven: true, cancellation: cancellation)
                }
                // Sums in 32 signed bits are enough but for large sides without a common divisor.
                if 255 * total > UInt64(Int32.max) {
                    return unsafe resizeWide(from, into: to, cancellation: cancellation)
                }
                return unsafe rows.isGrowing
                    ? grow(from, into: to, cancellation: cancellation)
                    : shrink(from, into: to, cancellation: cancellation)
            }
        }
    }

    /// Gives `body` the unrounded weighted sums of each destination row; divide by `total` for the mean sample.
    package func visitRows(of pixels: Span<UInt8>, _ body: (Int, Span<UInt64>) -> Void) {
        precondition(pixels.count == source.sampleCount)
        var down = [UInt32](repeating: 0, count: source.rowSamples)
        var across = [UInt64](repeating: 0, count: destination.rowSamples)
        for y in 0..<destination.height {
            unsafe pixels.withUnsafeBufferPointer { pixels in
                guard let from = pixels.baseAddress else { return }
                unsafe sumWide(y, of: from, down: &down, across: &across)
            }
            body(y, across.span)
        }
    }

    // Pointers below are to all samples of the source and of the destination. `AxisTaps` keeps every position inside
    // the source; weighted sums down are at most 255 · 2^17.

    /// Rows first: that pass runs over all source samples in vector registers, the one over columns over few.
    private func shrink(
        _ pixels: UnsafePointer<UInt8>, into output: UnsafeMutablePointer<UInt8>, cancellation: CancellationFlag
    ) -> Bool {
        var down = [UInt32](repeating: 0, count: source.rowSamples)
        var across = [UInt32](repeating: 0, count: destination.rowSamples)
        for y in 0..<destination.height {
            if cancellation.isRaised { return false }
            unsafe pk_area_down(pixels, source.rowSamples, rows.taps[y], rows.fullWeight, &down, down.count)
            unsafe pk_area_across(
                down, columns.taps, columns.fullWeight, &across, destination.width, destination.channels)
            let row = unsafe output + y * destination.rowSamples
            unsafe pk_area_divide(across, UInt32(total), row, across.count)
        }
        return true
    }

    /// Columns first, each source row once: a destination row is then a mixture of two that are ready.
    private func grow(
        _ pixels: UnsafePointer<UInt8>, into output: UnsafeMutablePointer<UInt8>, cancellation: CancellationFlag
    ) -> Bool {
        let length = destination.rowSamples
        var wide = [UInt32](repeating: 0, count: source.rowSamples)
        var sums = [UInt32](repeating: 0, count: length)
        /// The sums over columns of a row.
        func across(_ y: Int, _ sums: inout [UInt32]) {
            let row = unsafe pixels + y * source.rowSamples
            if columns.isGrowing {
                unsafe pk_area_between(row, columns.taps, &sums, destination.width, destination.channels)
            } else {
                unsafe pk_widen(row, &wide, wide.count)
                unsafe pk_area_across(
                    wide, columns.taps, columns.fullWeight, &sums, destination.width, destination.channels)
            }
        }
        // Where 16 bits hold every sum, twice as many fit a vector.
        let isShort = total <= 256
        var short = RowPair<UInt16>(count: isShort ? length : 0, filler: 0)
        var long = RowPair<UInt32>(count: isShort ? 0 : length, filler: 0)
        for y in 0..<destination.height {
            if cancellation.isRaised { return false }
            let tap = rows.taps[y]
            let first = Int(tap.start) - 1
            let second = tap.tail == 0 ? first : first + 1
            let row = unsafe output + y * length
            if isShort {
                short.hold(first, second) { line, y in
                    across(y, &sums)
                    unsafe pk_narrow(sums, &line, line.count)
                }
                unsafe pk_area_blend(short.above, short.below, tap.lead, tap.tail, UInt32(total), row, length)
            } else {
                long.hold(first, second) { line, y in across(y, &line) }
                unsafe pk_area_mix(long.above, long.below, tap.lead, tap.tail, &sums, length)
                unsafe pk_area_divide(sums, UInt32(total), row, length)
            }
        }
        return true
    }

    private func resizeWide(
        _ pixels: UnsafePointer<UInt8>, into output: UnsafeMutablePointer<UInt8>, cancellation: CancellationFlag
    ) -> Bool {
        let divider = RoundingDivider(divisor: total)
        var down = [UInt32](repeating: 0, count: source.rowSamples)
        var across = [UInt64](repeating: 0, count: destination.rowSamples)
        for y in 0..<destination.height {
            if cancellation.isRaised { return false }
            unsafe sumWide(y, of: pixels, down: &down, across: &across)
            let row = unsafe output + y * destination.rowSamples
            for i in across.indices { unsafe row[i] = UInt8(truncatingIfNeeded: divider.divide(across[i])) }
        }
        return true
    }

    private func sumWide(
        _ y: Int, of pixels: UnsafePointer<UInt8>, down: inout [UInt32], across: inout [UInt64]
    ) {
        unsafe pk_area_down(pixels, source.rowSamples, rows.taps[y], rows.fullWeight, &down, down.count)
        unsafe pk_area_across_wide(
            down, columns.taps, columns.fullWeight, &across, destination.width, destination.channels)
    }
}
