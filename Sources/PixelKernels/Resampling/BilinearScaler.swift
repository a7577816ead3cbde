internal import CPixelKernels
internal import PixelCore

/// OpenCV's `INTER_LINEAR` of 8-bit samples: two positions an axis, weights of 2^-11, columns first.
struct BilinearScaler: Sendable {
    private let source: PixelShape
    private let destination: PixelShape
    /// First sample of the left pixel of each destination column; the right pixel is the next one.
    private let columns: [UInt32]
    /// Weight of the right pixel for each destination sample of a row.
    private let weights: [UInt16]
    private let rows: BilinearTaps
    /// Leading columns whose pair is followed by at least one pixel more.
    private let wideColumns: Int

    /// A scaler between two shapes of equal channels.
    init(source: PixelShape, destination: PixelShape) {
        self.source = source
        self.destination = destination
        rows = BilinearTaps(source: source.height, destination: destination.height, isClamped: false)
        let taps = BilinearTaps(source: source.width, destination: destination.width, isClamped: true)
        var columns: [UInt32] = []
        var weights: [UInt16] = []
        columns.reserveCapacity(destination.width)
        weights.reserveCapacity(destination.rowSamples)
        var wide = 0
        for x in 0..<destination.width {
            // The last pixel is the right one of the last pair, where there is a pair.
            let isLast = taps.first[x] == source.width - 1 && source.width > 1
            let position = isLast ? source.width - 2 : taps.first[x]
            columns.append(UInt32(position * source.channels))
            let weight = UInt16(isLast ? 2048 : taps.upper[x])
            for _ in 0..<source.channels { weights.append(weight) }
            if position + 3 <= source.width { wide = x + 1 }
        }
        self.columns = columns
        self.weights = weights
        wideColumns = wide
    }

    /// Writes the scaled pixels; false when cancelled. The pointers are to all samples of the two shapes.
    func resize(
        _ pixels: UnsafePointer<UInt8>, into output: UnsafeMutablePointer<UInt8>, cancellation: CancellationFlag
    ) -> Bool {
        if HalvingKernel.applies(from: source, to: destination) {
            return unsafe HalvingKernel.resize(
                pixels, into: output, destination: destination, roundsToEven: false, cancellation: cancellation)
        }
        let length = destination.rowSamples
        var pair = PixelPairs(samples: length)
        var above = [UInt16](repeating: 0, count: length)
        var below = above
        var (aboveRow, belowRow) = (-1, -1)
        for y in 0..<destination.height {
            if cancellation.isRaised { return false }
            let first = max(0, min(rows.first[y], source.height - 1))
            // A second row of weight 0 is not read.
            let second = rows.upper[y] == 0 ? first : max(0, min(rows.first[y] + 1, source.height - 1))
            if first == belowRow {
                swap(&above, &below)
                (aboveRow, belowRow) = (belowRow, aboveRow)
            }
            if first != aboveRow {
                unsafe fill(&above, from: pixels + first * source.rowSamples, pair: &pair)
                aboveRow = first
            }
            if second != first, second != belowRow {
                unsafe fill(&below, from: pixels + second * source.rowSamples, pair: &pair)
                belowRow = second
            }
            let (lower, upper) = (UInt32(rows.lower[y]), UInt32(rows.upper[y]))
            let row = unsafe output + y * length
            if second == first {
                unsafe pk_bilinear_down(above, above, lower, upper, row, length)
            } else {
                unsafe pk_bilinear_down(above, below, lower, upper, row, length)
            }
        }
        return true
    }

    /// The pixels of a row that a destination row mixes, one sample of room more than it has.
    private struct PixelPairs {
        var left: [UInt8]
        var right: [UInt8]

        init(samples: Int) {
            left = [UInt8](repeating: 0, count: samples + 1)
            right = left
        }
    }

    private func fill(_ line: inout [UInt16], from row: UnsafePointer<UInt8>, pair: inout PixelPairs) {
        let width = destination.width
        if source.width == 1 {
            // No pair to read: both are the one pixel.
            for i in 0..<destination.rowSamples {
                pair.left[i] = unsafe row[i % source.channels]
                pair.right[i] = pair.left[i]
            }
        } else if source.channels == 1 {
            unsafe pk_pick_pair1(row, columns, &pair.left, &pair.right, width)
        } else {
            unsafe pk_pick_pair3(row, columns, &pair.left, &pair.right, width, wideColumns)
        }
        unsafe pk_bilinear_across(pair.left, pair.right, weights, &line, line.count)
    }
}
