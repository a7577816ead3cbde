internal import PixelCore

/// One erosion or dilation, down the rows first and then along them.
struct MorphologyPass: Sendable {
    /// The side of the window.
    let window: Int
    /// Rows (and pixels) that the window reaches up (left).
    let before: Int
    /// Rows (and pixels) that the window reaches down (right).
    let after: Int
    private let extremes: ExtremeRows
    private let shape: PixelShape

    /// A pass over images of `shape`; the dilation's window (`isLargest`) is the erosion's reflected.
    init(shape: PixelShape, isLargest: Bool, window: Int) {
        self.shape = shape
        self.window = window
        before = isLargest ? window - 1 - window / 2 : window / 2
        after = window - 1 - before
        extremes = ExtremeRows(isLargest: isLargest)
    }

    /// What `write` works in: two rows with the neutral sample on both sides.
    func makeScratch() -> [UInt8] { [UInt8](repeating: extremes.neutral, count: 2 * paddedLength) }

    private var paddedLength: Int { shape.rowSamples + (window - 1) * shape.channels }

    /// Writes `rows` into `out`, reading the image's rows from `firstRow` on in `store`.
    func write(
        _ rows: Range<Int>, of store: Span<UInt8>, firstRow: Int, into out: inout MutableSpan<UInt8>,
        _ scratch: inout [UInt8]
    ) {
        let length = shape.rowSamples
        let inner = before * shape.channels..<before * shape.channels + length
        var y = rows.lowerBound
        while y < rows.upperBound {
            let top = max(0, y - before)
            let bottom = min(shape.height - 1, y + after)
            let start = (top - firstRow) * length
            let isPair = y >= before && y + 1 + after < shape.height && y + 1 < rows.upperBound
            var padded = scratch.mutableSpan
            if isPair {
                let samples = store.extracting(start..<start + (window + 1) * length)
                var target = padded._mutatingExtracting(inner.lowerBound..<inner.upperBound + paddedLength)
                extremes.two(
                    samples, step: length, window: window, count: length, into: &target, secondAt: paddedLength)
            } else {
                let count = bottom - top + 1
                let samples = store.extracting(start..<start + count * length)
                var target = padded._mutatingExtracting(inner)
                extremes.one(samples, step: length, window: count, into: &target)
            }
            let filled = scratch.span
            writeRow(y - rows.lowerBound, along: filled.extracting(0..<paddedLength), into: &out)
            if isPair {
                let second = filled.extracting(paddedLength..<2 * paddedLength)
                writeRow(y + 1 - rows.lowerBound, along: second, into: &out)
            }
            y += isPair ? 2 : 1
        }
    }

    private func writeRow(_ index: Int, along padded: Span<UInt8>, into out: inout MutableSpan<UInt8>) {
        let length = shape.rowSamples
        var row = out._mutatingExtracting(index * length..<(index + 1) * length)
        extremes.one(padded, step: shape.channels, window: window, into: &row)
    }
}
