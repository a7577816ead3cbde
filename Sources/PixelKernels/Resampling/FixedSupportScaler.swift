internal import CPixelKernels
internal import PixelCore

/// OpenCV's `INTER_CUBIC` and `INTER_LANCZOS4` of 8-bit samples: four or eight positions an axis, weights of 2^-11,
/// columns first, sums kept whole until they are rounded once.
///
/// OpenCV's vector paths round a cubic's sum in single precision; those may differ by one level.
struct FixedSupportScaler: Sendable {
    /// Pixels by which a row is continued on each side; taps reach at most that far out.
    private static let margin = 4
    private let source: PixelShape
    private let destination: PixelShape
    /// First sample of each destination column's positions in a row with margins.
    private let columns: [UInt32]
    private let columnTaps: FixedTaps
    private let rowTaps: FixedTaps

    /// A scaler between two shapes of equal channels with the taps that `make` gives each axis.
    init(source: PixelShape, destination: PixelShape, make: (_ source: Int, _ destination: Int) -> FixedTaps) {
        self.source = source
        self.destination = destination
        columnTaps = make(source.width, destination.width)
        rowTaps = make(source.height, destination.height)
        columns = columnTaps.first.map { UInt32(($0 + Self.margin) * source.channels) }
    }

    /// Writes the scaled pixels; false when cancelled. The pointers are to all samples of the two shapes.
    func resize(
        _ pixels: UnsafePointer<UInt8>, into output: UnsafeMutablePointer<UInt8>, cancellation: CancellationFlag
    ) -> Bool {
        let length = destination.rowSamples
        let taps = rowTaps.count
        var padded = [UInt8](repeating: 0, count: (source.width + 2 * Self.margin) * source.channels)
        // Row r of the source is in line r mod taps, so that the rows of one destination are all there.
        var lines = [Int32](repeating: 0, count: taps * length)
        var held = [Int](repeating: -1, count: taps)
        var sums = [Int32](repeating: 0, count: length)
        for y in 0..<destination.height {
            if cancellation.isRaised { return false }
            var slots: [Int] = []
            for k in 0..<taps {
                let row = max(0, min(rowTaps.first[y] + k, source.height - 1))
                let slot = row % taps
                slots.append(slot * length)
                if held[slot] == row { continue }
                held[slot] = row
                unsafe pad(pixels + row * source.rowSamples, into: &padded)
                unsafe lines.withUnsafeMutableBufferPointer { lines in
                    guard let base = lines.baseAddress else { return }
                    unsafe pk_taps_across(
                        padded, columns, columnTaps.weights, base + slot * length, destination.width,
                        destination.channels, taps)
                }
            }
            mix(lines, slots: slots, row: y, into: &sums)
            unsafe pk_clip22(sums, output + y * length, length)
        }
        return true
    }

    private func mix(_ lines: [Int32], slots: [Int], row y: Int, into sums: inout [Int32]) {
        unsafe lines.withUnsafeBufferPointer { lines in
            guard let base = lines.baseAddress else { return }
            for k in stride(from: 0, to: slots.count, by: 4) {
                let start = rowTaps.count * y + k
                let weights = rowTaps.weights[start..<start + 4].map { Int32($0) }
                unsafe pk_taps_down4(
                    base + slots[k], base + slots[k + 1], base + slots[k + 2], base + slots[k + 3], weights, &sums,
                    k == 0 ? 0 : 1, sums.count)
            }
        }
    }

    private func pad(_ row: UnsafePointer<UInt8>, into padded: inout [UInt8]) {
        let side = Self.margin * source.channels
        let length = source.rowSamples
        unsafe padded.withUnsafeMutableBufferPointer { padded in
            guard let base = padded.baseAddress else { return }
            unsafe (base + side).update(from: row, count: length)
            for i in 0..<side {
                unsafe base[i] = row[i % source.channels]
                unsafe base[side + length + i] = row[length - source.channels + i % source.channels]
            }
        }
    }
}
