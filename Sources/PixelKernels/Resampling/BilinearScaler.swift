internal import CPixelKernels
internal import PixelCore

/// OpenCV's `INTER_LINEAR` of 8-bit samples: two positions an axis, weights of 2^-11, columns first.
struct BilinearScaler: Sendable {
    private let source: PixelShape
    private let destination: PixelShape
    /// First sample of the left pixel of each destination column; the right pixel is the next one.
    private let columns: [UInt32]
    /// Weight of the right pixel for each destination sample of a row, in sixteens and the rest.
    private let sixteens: [Int16]
    private let ones: [Int16]
    private let rows: BilinearTaps
    /// Leading columns whose pair is followed by at least one pixel more.
    private let wideColumns: Int

    /// A scaler between two shapes of equal channels.
    init(source: PixelShape, destination: PixelShape) {
        self.source = source
        self.destination = destination
        rows = BilinearTaps(source: source.height, destination: destination.height, isClamped: false)
        let taps = BilinearTaps(source: source.width, destination: destination.width, isClamped: true)
        let channels = source.channels
        var columns = [UInt32](repeating: 0, count: destination.width)
        var sixteens = [Int16](repeating: 0, count: destination.rowSamples)
        var ones = sixteens
        var wide = 0
        for x in 0..<destination.width {
            // The last pixel is the right one of the last pair, where there is a pair.
            let isLast = taps.first[x] == source.width - 1 && source.width > 1
            let position = isLast ? source.width - 2 : taps.first[x]
            columns[x] = UInt32(position * channels)
            let weight = Int16(isLast ? 2048 : taps.upper[x])
            for c in 0..<channels {
                sixteens[channels * x + c] = weight >> 4
                ones[channels * x + c] = weight & 15
            }
            if position + 3 <= source.width { wide = x + 1 }
        }
        self.columns = columns
        self.sixteens = sixteens
        self.ones = ones
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
        var pair = PixelPairs(of: destination)
        var lines = RowPair<UInt16>(count: length, filler: 0)
        for y in 0..<destination.height {
            if cancellation.isRaised { return false }
            let first = max(0, min(rows.first[y], source.height - 1))
            // A second row of weight 0 is not read.
            let second = rows.upper[y] == 0 ? first : max(0, min(rows.first[y] + 1, source.height - 1))
            lines.hold(first, second) { line, y in
                unsafe fill(&line, from: pixels + y * source.rowSamples, pair: &pair)
            }
            let (lower, upper) = (UInt32(rows.lower[y]), UInt32(rows.upper[y]))
            let row = unsafe output + y * length
            if second == first {
                unsafe pk_bilinear_down(lines.above, lines.above, lower, upper, row, length)
            } else {
                unsafe pk_bilinear_down(lines.above, lines.below, lower, upper, row, length)
            }
        }
        return true
    }

    /// The pixels of a row that a destination row mixes: of one sample as pairs, of three with room for two samples more.
    private struct PixelPairs {
        var pairs: [UInt16]
        var left: [UInt8]
        var right: [UInt8]

        init(of shape: PixelShape) {
            pairs = [UInt16](repeating: 0, count: shape.channels == 1 ? shape.width : 0)
            left = [UInt8](repeating: 0, count: shape.channels == 1 ? 0 : shape.rowSamples + 2)
            right = left
        }
    }

    private func fill(_ line: inout [UInt16], from row: UnsafePointer<UInt8>, pair: inout PixelPairs) {
        let width = destination.width
        if source.width == 1 {
            // No pair to read: all are 128 times the one pixel.
            for i in line.indices { line[i] = unsafe 128 * UInt16(row[i % source.channels]) }
        } else if source.channels == 1 {
            unsafe pk_pick_pair1(row, columns, &pair.pairs, width)
            unsafe pk_bilinear_across1(pair.pairs, sixteens, ones, &line, width)
        } else {
            unsafe pk_pick_pair3(row, columns, &pair.left, &pair.right, width, wideColumns)
            unsafe pk_bilinear_across(pair.left, pair.right, sixteens, ones, &line, line.count)
        }
    }
}
