internal import CPixelKernels
package import PixelCore

/// The spectrum at the harmonics of a scaler's grid and halfway between them: the peak spectrum of image-scaling attacks.
///
/// Pixels planted every r-th row and column are the planted picture times a comb, whose spectrum repeats at multiples of
/// the destination's width and height. Only those frequencies are computed, by their sums. The magnitude is that of the
/// mean over channels, at least 1, written 20 ln |F| as the reference implementation of the score does.
package struct SamplingPeaks: Sendable {
    /// Harmonics on each side of 0 along an axis, at most.
    package static let mostHarmonics = 3

    /// What was measured.
    package struct Reading: Hashable, Sendable {
        /// Mean of 20 ln |F| at the harmonics other than 0.
        package let peaks: Double
        /// Mean of 20 ln |F| halfway between harmonics, no higher than they are.
        package let between: Double

        /// By how much the harmonics stand out.
        package var contrast: Double { peaks - between }
    }

    private let shape: PixelShape
    private let rows: [Wave]
    private let columns: [Wave]

    /// A frequency of one axis.
    struct Wave: Sendable {
        /// Periods over the axis, from 0.
        let periods: Int
        /// True for a multiple of the destination's side, false halfway between two.
        let isHarmonic: Bool
    }

    /// A measurement for a scaler to `width` by `height`; nil when a side does not shrink by more than 2.
    package init?(of shape: PixelShape, width: Int, height: Int) {
        guard width > 0, height > 0 else { return nil }
        self.shape = shape
        rows = Self.waves(source: shape.height, destination: height)
        columns = Self.waves(source: shape.width, destination: width)
        if rows.isEmpty || columns.isEmpty { return nil }
    }

    /// Harmonics below the highest frequency of the axis, and what lies between them; empty when there are none.
    static func waves(source: Int, destination: Int) -> [Wave] {
        let ratio = Double(source) / Double(destination)
        let harmonics = min(mostHarmonics, Int(max(0, ratio / 2 - 0.001)))
        guard harmonics > 0 else { return [] }
        return (0...harmonics).map { Wave(periods: $0 * destination, isHarmonic: true) }
            + (0..<harmonics).map { Wave(periods: (2 * $0 + 1) * destination / 2, isHarmonic: false) }
    }

    /// The reading; costs up to fourteen multiplications a pixel.
    package func measure(_ pixels: Span<UInt8>) -> Reading {
        precondition(pixels.count == shape.sampleCount)
        let sums = columnSums(pixels)
        let circle = UnitCircle(count: shape.width)
        var means = (peaks: SpectrumMean(), between: SpectrumMean())
        for (k, row) in rows.enumerated() {
            for column in columns where column.isHarmonic == row.isHarmonic {
                // What lies at opposite frequencies is equal: both signs of one, and one of the other, are all.
                if row.periods == 0, column.periods == 0 { continue }
                let signs = row.periods == 0 || column.periods == 0 ? [1] : [1, -1]
                for sign in signs {
                    let power = circle.power(sums, at: 2 * k * shape.width, periods: sign * column.periods)
                    let level = Self.level(power / Double(shape.channels * shape.channels))
                    if row.isHarmonic { means.peaks.add(level) } else { means.between.add(level) }
                }
            }
        }
        return Reading(peaks: means.peaks.value, between: means.between.value)
    }

    /// 20 ln of the root of a power, of at least 1.
    static func level(_ power: Double) -> Double { 10 * SeriesFunctions.logarithm(max(1, power)) }

    /// For each wave of the rows, the cosine and then the negative sine sum of every column.
    private func columnSums(_ pixels: Span<UInt8>) -> [Float] {
        let width = shape.width
        let weights = rowWeights()
        let padded = weights.count / (2 * rows.count)
        var sums = [Float](repeating: 0, count: 2 * rows.count * width)
        var four = [Float](repeating: 0, count: 4 * width)
        for y in stride(from: 0, to: shape.height, by: 4) {
            unsafe pixels.withUnsafeBufferPointer { pixels in
                unsafe four.withUnsafeMutableBufferPointer { four in
                    guard let from = pixels.baseAddress, let to = four.baseAddress else { return }
                    for i in 0..<min(4, shape.height - y) {
                        unsafe pk_centred_sums(
                            from + (y + i) * shape.rowSamples, to + i * width, width, shape.channels)
                    }
                }
            }
            unsafe sums.withUnsafeMutableBufferPointer { sums in
                unsafe weights.withUnsafeBufferPointer { weights in
                    guard let to = sums.baseAddress, let table = weights.baseAddress else { return }
                    for k in 0..<2 * rows.count {
                        unsafe pk_add_four_rows(four, width, table + k * padded + y, to + k * width, width)
                    }
                }
            }
        }
        return sums
    }

    /// The cosine and then the negative sine of each wave of the rows at every row, 0 past the last up to a multiple of 4.
    private func rowWeights() -> [Float] {
        let circle = UnitCircle(count: shape.height)
        let padded = (shape.height + 3) / 4 * 4
        var weights = [Float](repeating: 0, count: 2 * rows.count * padded)
        for (k, row) in rows.enumerated() {
            for y in 0..<shape.height {
                let i = row.periods * y % shape.height
                weights[2 * k * padded + y] = Float(circle.cosines[i])
                weights[(2 * k + 1) * padded + y] = Float(-circle.sines[i])
            }
        }
        return weights
    }
}

/// A mean in the making.
private struct SpectrumMean {
    private var sum = 0.0
    private var count = 0.0

    /// The mean so far; 0 of nothing.
    var value: Double { count == 0 ? 0 : sum / count }

    mutating func add(_ level: Double) {
        sum += level
        count += 1
    }
}

/// The n-th roots of 1, from additions and multiplications alone.
private struct UnitCircle {
    let cosines: [Double]
    let sines: [Double]

    init(count: Int) {
        func sine(_ turns: Double) -> Double { ScalerFilter.sinc(2 * turns) * 2 * turns * Double.pi }
        sines = (0..<count).map { sine(Double($0) / Double(count)) }
        cosines = (0..<count).map { sine(Double($0) / Double(count) + 0.25) }
    }

    /// The power at `periods` of the complex numbers whose real parts are in `values` from `start` and whose imaginary
    /// parts follow.
    func power(_ values: [Float], at start: Int, periods: Int) -> Double {
        let count = cosines.count
        let step = (periods % count + count) % count
        var (real, imaginary) = (0.0, 0.0)
        var i = 0
        for x in 0..<count {
            let (re, im) = (Double(values[start + x]), Double(values[start + count + x]))
            real += re * cosines[i] + im * sines[i]
            imaginary += im * cosines[i] - re * sines[i]
            i += step
            if i >= count { i -= count }
        }
        return real * real + imaginary * imaginary
    }
}
