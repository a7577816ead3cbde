internal import CPixelKernels
internal import PixelCore

/// One destination row of OpenCV's `INTER_LINEAR` on a grid that may be moved along its columns.
struct BilinearLine {
    private let channels: Int
    private let width: Int
    /// First sample of the left pixel of each destination; the right pixel is the next one.
    private let positions: [UInt32]
    private let sixteens: [Int16]
    private let ones: [Int16]
    /// Leading columns whose pair is followed by at least one pixel more.
    private let wide: Int
    private var pairs: [UInt16]
    private var left: [UInt8]
    private var right: [UInt8]
    private var above: [UInt16]
    private var below: [UInt16]

    /// A line of the first `width` destinations, moved by `offset` source positions; the source is at least two wide.
    init(shape: PixelShape, taps: BilinearTaps, offset: Int, width: Int) {
        channels = shape.channels
        self.width = width
        var positions = [UInt32](repeating: 0, count: width)
        var sixteens = [Int16](repeating: 0, count: width * shape.channels)
        var ones = sixteens
        var wide = 0
        for x in 0..<width {
            let first = taps.first[x] + offset
            // The last pixel is the right one of the last pair.
            let isLast = first >= shape.width - 1
            let position = isLast ? shape.width - 2 : first
            let weight = Int16(isLast ? 2048 : taps.upper[x])
            positions[x] = UInt32(position * shape.channels)
            for c in 0..<shape.channels {
                sixteens[shape.channels * x + c] = weight >> 4
                ones[shape.channels * x + c] = weight & 15
            }
            if position + 3 <= shape.width { wide = x + 1 }
        }
        self.positions = positions
        self.sixteens = sixteens
        self.ones = ones
        self.wide = wide
        let samples = width * shape.channels
        pairs = [UInt16](repeating: 0, count: shape.channels == 1 ? width : 0)
        left = [UInt8](repeating: 0, count: shape.channels == 1 ? 0 : samples + 2)
        right = left
        above = [UInt16](repeating: 0, count: samples)
        below = above
    }

    /// Writes the row between two source rows, weighted `lower` and `upper` in units of 2^-11.
    mutating func fill(
        _ output: inout [UInt8], above first: UnsafePointer<UInt8>, below second: UnsafePointer<UInt8>, lower: Int,
        upper: Int
    ) {
        unsafe mixColumns(of: first, into: \.above)
        unsafe mixColumns(of: second, into: \.below)
        unsafe pk_bilinear_down(above, below, UInt32(lower), UInt32(upper), &output, output.count)
    }

    private mutating func mixColumns(
        of row: UnsafePointer<UInt8>, into line: WritableKeyPath<BilinearLine, [UInt16]>
    ) {
        var output: [UInt16] = []
        swap(&output, &self[keyPath: line])
        if channels == 1 {
            unsafe pk_pick_pair1(row, positions, &pairs, width)
            unsafe pk_bilinear_across1(pairs, sixteens, ones, &output, width)
        } else {
            unsafe pk_pick_pair3(row, positions, &left, &right, width, wide)
            unsafe pk_bilinear_across(left, right, sixteens, ones, &output, output.count)
        }
        swap(&output, &self[keyPath: line])
    }
}
