internal import CPixelKernels
internal import PixelCore

/// Passes over one channel and its coefficients, one level at a time, along rows and then down columns.
@safe
struct WaveletSteps {
    private let source: UnsafePointer<UInt8>
    private let channels: Int
    private let memory: UnsafeMutablePointer<Float>
    private let plan: WaveletPlan
    private let cancellation: CancellationFlag

    /// Passes over the channel that begins at `source`, of the plan's size, with `memory` of `plan.count` floats.
    init(
        source: UnsafePointer<UInt8>, channels: Int, memory: UnsafeMutablePointer<Float>, plan: WaveletPlan,
        cancellation: CancellationFlag
    ) {
        unsafe self.source = source
        self.channels = channels
        unsafe self.memory = memory
        self.plan = plan
        self.cancellation = cancellation
    }

    /// Splits the samples of a level into its bands; the mean squares of the three high ones, or nil when cancelled.
    func split(_ index: Int, taps: WaveletTaps) -> [Double]? {
        let level = plan.levels[index]
        let both = 2 * level.band
        let ring = unsafe memory + plan.ring
        var sums = [0.0, 0.0, 0.0]
        var loaded = 0
        for k in 0..<level.rows {
            if cancellation.isRaised { return nil }
            while loaded < min(2 * k + 2, level.height) {
                unsafe splitRow(loaded, of: index, taps: taps, into: ring + loaded % 4 * plan.ringStride)
                loaded += 1
            }
            let rows = unsafe (
                ringRow(2 * k + 1, level), ringRow(2 * k, level), ringRow(2 * k - 1, level), ringRow(2 * k - 2, level)
            )
            let out = unsafe memory + level.start + k * level.stride
            unsafe mix(rows, taps.low, into: out, count: both)
            unsafe mix(rows, taps.high, into: out + both, count: both)
            for band in 1..<4 { unsafe sums[band - 1] += pk_sum_squares(out + band * level.band, level.band) }
        }
        return sums.map { $0 / Double(level.band * level.rows) }
    }

    /// Where a row's low and high coefficients are, side by side; mirrored rows are among the last four.
    private func ringRow(_ y: Int, _ level: WaveletPlan.Level) -> UnsafeMutablePointer<Float> {
        let row = GaussianKernel.Border.reflect.fold(y, count: level.height)
        return unsafe memory + plan.ring + row % 4 * plan.ringStride
    }

    private func splitRow(_ y: Int, of index: Int, taps: WaveletTaps, into out: UnsafeMutablePointer<Float>) {
        let band = plan.levels[index].band
        let line = unsafe load(row: y, level: index)
        if taps.count == 2 {
            unsafe pk_split2(line, taps.low, taps.high, out, out + band, band)
        } else {
            unsafe pk_split4(line, taps.low, taps.high, out, out + band, band)
        }
    }

    /// A row of a level's samples, mirrored at its ends.
    private func load(row y: Int, level index: Int) -> UnsafeMutablePointer<Float> {
        let line = unsafe memory + plan.line
        let width = plan.levels[index].width
        if index == 0 {
            unsafe pk_take_channel_scaled(source + y * width * channels, line, 1 / 255, channels, width)
        } else {
            let finer = plan.levels[index - 1]
            unsafe line.update(from: memory + finer.start + y * finer.stride, count: width)
        }
        for x in 1..<WaveletPlan.margin {
            unsafe line[-x] = line[GaussianKernel.Border.reflect.fold(-x, count: width)]
            unsafe line[width - 1 + x] = line[GaussianKernel.Border.reflect.fold(width - 1 + x, count: width)]
        }
        return unsafe line
    }

    /// Shrinks the three high bands of a level by `thresholds` and puts its samples together; false when cancelled.
    ///
    /// They become the first band of the next finer level; of the finest, `body` is given each row.
    func join(_ index: Int, taps: WaveletTaps, thresholds: [Float], body: (Int, Span<Float>) -> Void) -> Bool {
        let level = plan.levels[index]
        let (ahead, both) = (taps.count / 2 - 1, 2 * level.band)
        let (mixed, line) = unsafe (memory + plan.ring, memory + plan.line)
        for k in 0..<min(ahead, level.rows) { shrink(k, of: level, by: thresholds) }
        for q in 0..<level.rows - ahead {
            if cancellation.isRaised { return false }
            shrink(q + ahead, of: level, by: thresholds)
            let (here, next) = unsafe (row(q, level), row(q + ahead, level))
            let rows =
                unsafe taps.count == 2
                ? (here, here + both, here, here) : (here, next, here + both, next + both)
            for y in 2 * q..<min(2 * q + 2, level.height) {
                unsafe mix(rows, y % 2 == 0 ? taps.even : taps.odd, into: mixed, count: both)
                if taps.count == 2 {
                    unsafe pk_join2(mixed, mixed + level.band, taps.low, taps.high, line, level.band)
                } else {
                    unsafe pk_join4(mixed, mixed + level.band, taps.low, taps.high, line, level.band - 1)
                }
                if index == 0 {
                    body(y, unsafe Span(_unsafeElements: UnsafeBufferPointer(start: line, count: level.width)))
                } else {
                    let finer = plan.levels[index - 1]
                    unsafe (memory + finer.start + y * finer.stride).update(from: line, count: level.width)
                }
            }
        }
        return true
    }

    /// The coefficients of a row, low down the column and then high.
    private func row(_ k: Int, _ level: WaveletPlan.Level) -> UnsafeMutablePointer<Float> {
        unsafe memory + level.start + k * level.stride
    }

    private func shrink(_ k: Int, of level: WaveletPlan.Level, by thresholds: [Float]) {
        for band in 1..<4 {
            unsafe pk_shrink(row(k, level) + band * level.band, thresholds[band - 1], level.band)
        }
    }

    /// The sum of as many rows as there are taps, each times its tap.
    private func mix(
        _ rows: Rows, _ taps: [Float], into out: UnsafeMutablePointer<Float>, count: Int
    ) {
        if taps.count == 2 {
            unsafe pk_mix2(rows.0, rows.1, taps, out, count)
        } else {
            unsafe pk_mix4(rows.0, rows.1, rows.2, rows.3, taps, out, count)
        }
    }

    /// Four, of which two taps take the first two. No array, which would be allocated for each row.
    private typealias Rows = (
        UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>,
        UnsafeMutablePointer<Float>
    )
}
