internal import CPixelKernels
internal import PixelCore

/// Pillow's two-pass resampling of 8-bit samples: support that grows with the ratio, weights of 2^-22, samples of 8 bits
/// between the passes.
///
/// Columns come first; rows come first where the height shrinks by more than twice as many pixels as the width, as in
/// Pillow 13 (earlier releases: columns always). An axis that keeps its size is not filtered.
struct GrowingSupportScaler: Sendable {
    private let source: PixelShape
    private let destination: PixelShape
    private let columns: SpreadTaps?
    private let rows: SpreadTaps?

    /// A scaler between two shapes of equal channels.
    init(source: PixelShape, destination: PixelShape, filter: ScalerFilter) {
        self.source = source
        self.destination = destination
        columns =
            source.width == destination.width
            ? nil : SpreadTaps(source: source.width, destination: destination.width, filter: filter)
        rows =
            source.height == destination.height
            ? nil : SpreadTaps(source: source.height, destination: destination.height, filter: filter)
    }

    /// True when Pillow filters rows before columns.
    static func isRowsFirst(source: PixelShape, destination: PixelShape) -> Bool {
        let lost = source.height - destination.height
        return lost > 0 && lost > 2 * (source.width - destination.width)
    }

    /// Writes the scaled pixels; false when cancelled. The pointers are to all samples of the two shapes.
    func resize(
        _ pixels: UnsafePointer<UInt8>, into output: UnsafeMutablePointer<UInt8>, cancellation: CancellationFlag
    ) -> Bool {
        guard let rows else { return unsafe acrossOnly(pixels, into: output, cancellation: cancellation) }
        guard let columns else { return unsafe downOnly(pixels, rows, into: output, cancellation: cancellation) }
        if Self.isRowsFirst(source: source, destination: destination) {
            return unsafe downThenAcross(pixels, rows, columns, into: output, cancellation: cancellation)
        }
        return unsafe acrossThenDown(pixels, columns, rows, into: output, cancellation: cancellation)
    }

    private func acrossOnly(
        _ pixels: UnsafePointer<UInt8>, into output: UnsafeMutablePointer<UInt8>, cancellation: CancellationFlag
    ) -> Bool {
        for y in 0..<destination.height {
            if cancellation.isRaised { return false }
            let from = unsafe pixels + y * source.rowSamples
            let row = unsafe output + y * destination.rowSamples
            if let columns {
                unsafe across(from, columns, into: row)
            } else {
                unsafe row.update(from: from, count: destination.rowSamples)
            }
        }
        return true
    }

    private func downOnly(
        _ pixels: UnsafePointer<UInt8>, _ rows: SpreadTaps, into output: UnsafeMutablePointer<UInt8>,
        cancellation: CancellationFlag
    ) -> Bool {
        for y in 0..<destination.height {
            if cancellation.isRaised { return false }
            unsafe down(
                pixels, ring: source.height, rows, y: y, into: output + y * destination.rowSamples,
                count: source.rowSamples)
        }
        return true
    }

    private func downThenAcross(
        _ pixels: UnsafePointer<UInt8>, _ rows: SpreadTaps, _ columns: SpreadTaps,
        into output: UnsafeMutablePointer<UInt8>, cancellation: CancellationFlag
    ) -> Bool {
        let length = source.rowSamples
        return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: length) { line in
            guard let line = line.baseAddress else { return false }
            for y in 0..<destination.height {
                if cancellation.isRaised { return false }
                unsafe down(pixels, ring: source.height, rows, y: y, into: line, count: length)
                unsafe across(line, columns, into: output + y * destination.rowSamples)
            }
            return true
        }
    }

    private func acrossThenDown(
        _ pixels: UnsafePointer<UInt8>, _ columns: SpreadTaps, _ rows: SpreadTaps,
        into output: UnsafeMutablePointer<UInt8>, cancellation: CancellationFlag
    ) -> Bool {
        let length = destination.rowSamples
        // Row r of the source, scaled, is in line r mod `ring`: the rows of one destination fit, and they only move on.
        let ring = rows.longest
        var next = 0
        return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: ring * length) { lines in
            guard let lines = lines.baseAddress else { return false }
            for y in 0..<destination.height {
                let end = Int(rows.first[y] + rows.lengths[y])
                next = max(next, Int(rows.first[y]))
                while next < end {
                    if cancellation.isRaised { return false }
                    let line = unsafe lines + (next % ring) * length
                    unsafe across(pixels + next * source.rowSamples, columns, into: line)
                    next += 1
                }
                if cancellation.isRaised { return false }
                unsafe down(lines, ring: ring, rows, y: y, into: output + y * length, count: length)
            }
            return true
        }
    }

    private func across(
        _ row: UnsafePointer<UInt8>, _ columns: SpreadTaps, into output: UnsafeMutablePointer<UInt8>
    ) {
        unsafe pk_spread_across(
            row, columns.first, columns.lengths, columns.weights, output, destination.width, source.channels)
    }

    /// Row `y` from `count` samples of the rows in a ring of `ring` rows that begins at `base`.
    private func down(
        _ base: UnsafePointer<UInt8>, ring: Int, _ rows: SpreadTaps, y: Int, into output: UnsafeMutablePointer<UInt8>,
        count: Int
    ) {
        unsafe rows.weights.withUnsafeBufferPointer { weights in
            guard let weights = weights.baseAddress else { return }
            unsafe pk_spread_down(
                base, count, ring, Int(rows.first[y]), Int(rows.lengths[y]), weights + rows.offsets[y], output, count)
        }
    }
}
