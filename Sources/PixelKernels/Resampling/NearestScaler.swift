internal import CPixelKernels
internal import PixelCore

/// Picks one source pixel for each destination pixel.
struct NearestScaler: Sendable {
    private let source: PixelShape
    private let destination: PixelShape
    /// First sample of the pixel of each destination column.
    private let columns: [UInt32]
    private let rows: [Int]
    /// Leading columns whose pixel is not the last of its row, so that a fourth sample may be read.
    private let wideColumns: Int

    /// A scaler with the positions of `convention`.
    init(source: PixelShape, destination: PixelShape, convention: Resampler.Convention) {
        self.source = source
        self.destination = destination
        let find =
            convention == .opencv ? ResamplingTaps.nearestOpenCV : ResamplingTaps.nearestPillow
        let positions = find(source.width, destination.width)
        columns = positions.map { UInt32($0 * source.channels) }
        wideColumns = positions.firstIndex { $0 == source.width - 1 } ?? positions.count
        rows = find(source.height, destination.height)
    }

    /// Writes the picked pixels; false when cancelled. The pointers are to all samples of the two shapes.
    func resize(
        _ pixels: UnsafePointer<UInt8>, into output: UnsafeMutablePointer<UInt8>, cancellation: CancellationFlag
    ) -> Bool {
        let length = destination.rowSamples
        for y in 0..<destination.height {
            if cancellation.isRaised { return false }
            let row = unsafe output + y * length
            if y > 0, rows[y] == rows[y - 1] {
                unsafe row.update(from: row - length, count: length)
                continue
            }
            let from = unsafe pixels + rows[y] * source.rowSamples
            if destination.channels == 1 {
                unsafe pk_pick1(from, columns, row, destination.width)
            } else {
                unsafe pk_pick3(from, columns, row, destination.width, wideColumns)
            }
        }
        return true
    }
}
