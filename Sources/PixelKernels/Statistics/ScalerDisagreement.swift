internal import CPixelKernels
package import PixelCore

/// How far scalers that read a few positions are from the mean over the area, on the grid that a model's scaler uses and
/// on the same grid moved by half a step both ways.
///
/// A picture knows nothing of the grid, so both are alike; pixels planted for a scaler to read stand out on one alone.
/// Along an axis that shrinks by no more than `leastRatio` nothing is resampled. Destinations that the moved grid has outside the
/// image are left out. Area means are those of `AreaResampler`, the others those of OpenCV 5 and Pillow 13 to the bit.
package struct ScalerDisagreement: Sendable {
    /// Axes that shrink by no more than this are left as they are: there a scaler reads nearly every position.
    package static let leastRatio = 1.2

    /// The scalers that are compared with the area mean.
    package enum Scaler: Int, Sendable, CaseIterable {
        /// OpenCV's `INTER_NEAREST`; also TensorFlow 1.
        case nearestOpenCV
        /// Pillow's `NEAREST`; also TensorFlow 2 with half-pixel centres.
        case nearestPillow
        /// OpenCV's `INTER_LINEAR`, two positions an axis however much it shrinks.
        case bilinearOpenCV
    }

    /// What was measured for one scaler.
    package struct Reading: Hashable, Sendable {
        /// Mean squared difference from the area mean on the scaler's own grid, in squared levels.
        package let aligned: Double
        /// The same on the moved grid.
        package let moved: Double

        /// A reading, both members named.
        package init(aligned: Double, moved: Double) {
            self.aligned = aligned
            self.moved = moved
        }
    }

    private let shape: PixelShape
    private let rows: SamplingAxis
    private let columns: SamplingAxis

    /// A comparison at `width` by `height`; nil when neither side shrinks by more than 1.2, a destination side that does
    /// is below 2, or the source is one pixel wide or has a side over `AreaResampler.largestSide`.
    package init?(of shape: PixelShape, width: Int, height: Int) {
        guard width > 0, height > 0, shape.width > 1, max(shape.width, shape.height) <= AreaResampler.largestSide,
            let columns = SamplingAxis(source: shape.width, destination: width),
            let rows = SamplingAxis(source: shape.height, destination: height),
            columns.shift > 0 || rows.shift > 0
        else { return nil }
        self.shape = shape
        self.rows = rows
        self.columns = columns
    }

    /// The reading of each scaler in the order of `Scaler.allCases`; costs about three additions a source sample and
    /// thirty operations a destination sample.
    package func measure(_ pixels: Span<UInt8>) -> [Reading] {
        precondition(pixels.count == shape.sampleCount)
        let aligned = sums(pixels, isMoved: false)
        let moved = sums(pixels, isMoved: true)
        return Scaler.allCases.map { Reading(aligned: aligned[$0.rawValue], moved: moved[$0.rawValue]) }
    }

    private func sums(_ pixels: Span<UInt8>, isMoved: Bool) -> [Double] {
        let down = isMoved ? rows.shift : 0
        let across = isMoved ? columns.shift : 0
        let (height, width) = (rows.count(at: down), columns.count(at: across))
        var line = DisagreementLine(shape: shape, columns: columns, offset: across, width: width, rows: rows)
        var totals = [UInt64](repeating: 0, count: Scaler.allCases.count)
        unsafe pixels.withUnsafeBufferPointer { pixels in
            guard let from = pixels.baseAddress else { return }
            for y in 0..<height { unsafe line.add(row: y, offset: down, of: from, to: &totals) }
        }
        return totals.map { Double($0) / Double(height * width * shape.channels) }
    }
}

/// The working rows of one grid.
private struct DisagreementLine {
    private let shape: PixelShape
    private let rows: SamplingAxis
    private let columnArea: AxisTaps
    private let offset: Int
    private let width: Int
    private let divider: RoundingDivider
    private let total: UInt64
    /// First sample of the pixel of each destination, and how many lead up to the last pixel of a row.
    private let nearestOpenCV: (positions: [UInt32], wide: Int)
    private let nearestPillow: (positions: [UInt32], wide: Int)
    private var bilinear: BilinearLine
    private var down: [UInt32]
    private var across: [UInt32]
    private var acrossWide: [UInt64]
    private var mean: [UInt8]
    private var read: [UInt8]

    init(shape: PixelShape, columns: SamplingAxis, offset: Int, width: Int, rows: SamplingAxis) {
        self.shape = shape
        self.rows = rows
        self.offset = offset
        self.width = width
        columnArea = columns.area
        total = UInt64(columns.area.total) * UInt64(rows.area.total)
        divider = RoundingDivider(divisor: total)
        func nearest(_ positions: [Int]) -> (positions: [UInt32], wide: Int) {
            let moved = positions[0..<width].map { min($0 + offset, shape.width - 1) }
            return (
                moved.map { UInt32($0 * shape.channels) }, moved.firstIndex { $0 == shape.width - 1 } ?? moved.count
            )
        }
        nearestOpenCV = nearest(columns.nearestOpenCV)
        nearestPillow = nearest(columns.nearestPillow)
        bilinear = BilinearLine(shape: shape, taps: columns.bilinear, offset: offset, width: width)
        let samples = width * shape.channels
        let isWide = 255 * total > UInt64(Int32.max)
        down = [UInt32](repeating: 0, count: shape.rowSamples)
        across = [UInt32](repeating: 0, count: isWide ? 0 : samples)
        acrossWide = [UInt64](repeating: 0, count: isWide ? samples : 0)
        mean = [UInt8](repeating: 0, count: samples)
        read = mean
    }

    /// Adds the squared differences in destination row `y` of the grid moved down by `offset` to `totals`.
    ///
    /// `pixels` points to all samples of the shape, and every position read lies inside it.
    mutating func add(row y: Int, offset down: Int, of pixels: UnsafePointer<UInt8>, to totals: inout [UInt64]) {
        let stride = shape.rowSamples
        let last = shape.height - 1
        unsafe fillMean(pixels + down * stride, tap: rows.area.taps[y])
        unsafe pick(nearestOpenCV, from: pixels + min(rows.nearestOpenCV[y] + down, last) * stride)
        totals[0] += unsafe pk_squared_difference(mean, read, mean.count)
        unsafe pick(nearestPillow, from: pixels + min(rows.nearestPillow[y] + down, last) * stride)
        totals[1] += unsafe pk_squared_difference(mean, read, mean.count)
        let first = min(rows.bilinear.first[y] + down, last)
        let second = min(first + 1, last)
        unsafe bilinear.fill(
            &read, above: pixels + first * stride, below: pixels + second * stride, lower: rows.bilinear.lower[y],
            upper: rows.bilinear.upper[y])
        totals[2] += unsafe pk_squared_difference(mean, read, mean.count)
    }

    private mutating func fillMean(_ pixels: UnsafePointer<UInt8>, tap: pk_area_tap) {
        unsafe pk_area_down(pixels, shape.rowSamples, tap, rows.area.fullWeight, &down, down.count)
        unsafe down.withUnsafeBufferPointer { down in
            guard let base = down.baseAddress else { return }
            let sums = unsafe base + offset * shape.channels
            if acrossWide.isEmpty {
                unsafe pk_area_across(
                    sums, columnArea.taps, columnArea.fullWeight, &across, width, shape.channels)
                unsafe pk_area_divide(across, UInt32(total), &mean, mean.count)
            } else {
                unsafe pk_area_across_wide(
                    sums, columnArea.taps, columnArea.fullWeight, &acrossWide, width, shape.channels)
                for i in mean.indices { mean[i] = UInt8(truncatingIfNeeded: divider.divide(acrossWide[i])) }
            }
        }
    }

    private mutating func pick(_ columns: (positions: [UInt32], wide: Int), from row: UnsafePointer<UInt8>) {
        if shape.channels == 1 {
            unsafe pk_pick1(row, columns.positions, &read, width)
        } else {
            unsafe pk_pick3(row, columns.positions, &read, width, columns.wide)
        }
    }
}
