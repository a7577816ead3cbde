internal import CPixelKernels
internal import PixelCore

/// The working rows of one grid of `ScalerDisagreement`: what scalers read, and the area mean.
struct GridLine {
    /// Squared differences of one scaler.
    struct Total {
        private var sum: UInt64 = 0
        private var samples = 0
        private var innerSum: UInt64 = 0
        private var innerSamples = 0

        /// The mean over all samples.
        var mean: Double { Double(sum) / Double(max(1, samples)) }
        /// The mean over the inner ones.
        var innerMean: Double { Double(innerSum) / Double(max(1, innerSamples)) }

        /// Adds a row: its inner samples, and those at its ends.
        mutating func add(inner: UInt64, ends: UInt64, isInner: Bool, samples count: (inner: Int, ends: Int)) {
            sum += inner + ends
            samples += count.inner + count.ends
            if isInner {
                innerSum += inner
                innerSamples += count.inner
            }
        }
    }

    /// Destination columns of a nearest rule.
    private struct Picks {
        /// First sample of the pixel of each destination.
        let positions: [UInt32]
        /// Leading columns whose pixel is not the last of its row, so that a fourth sample may be read.
        let wide: Int
    }

    private let shape: PixelShape
    private let rows: SamplingAxis
    private let columnArea: AxisTaps
    /// How far the grid is moved, in pixels.
    private let across: Int
    private let down: Int
    private let width: Int
    /// Destinations at each end of a row that are not inner, and rows.
    private let endColumns: Int
    private let endRows: Int
    private let total: UInt64
    private let divider: RoundingDivider
    private let nearestOpenCV: Picks
    private let nearestPillow: Picks
    private var bilinear: BilinearLine
    private var sums: [UInt32]
    private var wideSums: [UInt64]
    private var mean: [UInt8]
    private var read: [UInt8]
    /// Of each scaler.
    private(set) var totals = [Total](repeating: Total(), count: ScalerDisagreement.Scaler.allCases.count)

    /// Rows by which this grid's destinations end after those of the grid that is not moved.
    let rowLag: Int

    init(shape: PixelShape, rows: SamplingAxis, columns: SamplingAxis, isMoved: Bool) {
        self.shape = shape
        self.rows = rows
        let (down, across) = isMoved ? (rows.shift, columns.shift) : (0, 0)
        (self.down, self.across) = (down, across)
        rowLag = down == 0 ? 0 : 1
        let width = isMoved ? columns.movedCount : columns.count
        self.width = width
        endColumns = columns.shift > 0 && !isMoved ? 1 : 0
        endRows = rows.shift > 0 && !isMoved ? 1 : 0
        columnArea = columns.area
        total = UInt64(columns.area.total) * UInt64(rows.area.total)
        divider = RoundingDivider(divisor: total)
        func picks(_ positions: [Int]) -> Picks {
            let moved = positions[0..<width].map { min($0 + across, shape.width - 1) }
            return Picks(
                positions: moved.map { UInt32($0 * shape.channels) },
                wide: moved.firstIndex { $0 == shape.width - 1 } ?? moved.count)
        }
        nearestOpenCV = picks(columns.nearestOpenCV)
        nearestPillow = picks(columns.nearestPillow)
        bilinear = BilinearLine(shape: shape, taps: columns.bilinear, offset: across, width: width)
        let samples = width * shape.channels
        let isWide = 255 * total > UInt64(Int32.max)
        sums = [UInt32](repeating: 0, count: isWide ? 0 : samples)
        wideSums = [UInt64](repeating: 0, count: isWide ? samples : 0)
        mean = [UInt8](repeating: 0, count: samples)
        read = mean
    }

    /// Compares destination row `y`, whose sums over rows are `vertical`.
    ///
    /// `pixels` points to all samples of the shape, and every position read lies inside it.
    mutating func add(row y: Int, of pixels: UnsafePointer<UInt8>, sums vertical: [UInt32]) {
        let stride = shape.rowSamples
        let last = shape.height - 1
        fillMean(vertical)
        unsafe pick(nearestOpenCV, from: pixels + min(rows.nearestOpenCV[y] + down, last) * stride)
        compare(.nearestOpenCV, row: y)
        unsafe pick(nearestPillow, from: pixels + min(rows.nearestPillow[y] + down, last) * stride)
        compare(.nearestPillow, row: y)
        let first = min(rows.bilinear.first[y] + down, last)
        let second = min(first + 1, last)
        unsafe bilinear.fill(
            &read, above: pixels + first * stride, below: pixels + second * stride, lower: rows.bilinear.lower[y],
            upper: rows.bilinear.upper[y])
        compare(.bilinearOpenCV, row: y)
    }

    private mutating func fillMean(_ vertical: [UInt32]) {
        unsafe vertical.withUnsafeBufferPointer { vertical in
            guard let base = vertical.baseAddress else { return }
            let from = unsafe base + across * shape.channels
            if wideSums.isEmpty {
                unsafe pk_area_across(from, columnArea.taps, columnArea.fullWeight, &sums, width, shape.channels)
                unsafe pk_area_divide(sums, UInt32(total), &mean, mean.count)
            } else {
                unsafe pk_area_across_wide(
                    from, columnArea.taps, columnArea.fullWeight, &wideSums, width, shape.channels)
                for i in mean.indices { mean[i] = UInt8(truncatingIfNeeded: divider.divide(wideSums[i])) }
            }
        }
    }

    private mutating func pick(_ columns: Picks, from row: UnsafePointer<UInt8>) {
        if shape.channels == 1 {
            unsafe pk_pick1(row, columns.positions, &read, width)
        } else {
            unsafe pk_pick3(row, columns.positions, &read, width, columns.wide)
        }
    }

    private mutating func compare(_ scaler: ScalerDisagreement.Scaler, row y: Int) {
        let end = endColumns * shape.channels
        let count = mean.count - 2 * end
        let inner = unsafe mean.withUnsafeBufferPointer { mean in
            unsafe read.withUnsafeBufferPointer { read in
                guard let a = mean.baseAddress, let b = read.baseAddress else { return UInt64(0) }
                return unsafe pk_squared_difference(a + end, b + end, count)
            }
        }
        var ends: UInt64 = 0
        for i in 0..<end {
            for at in [i, mean.count - 1 - i] {
                let difference = Int(mean[at]) - Int(read[at])
                ends += UInt64(difference * difference)
            }
        }
        let isInner = y >= endRows && y < rows.count - endRows
        totals[scaler.rawValue].add(inner: inner, ends: ends, isInner: isInner, samples: (count, 2 * end))
    }
}
