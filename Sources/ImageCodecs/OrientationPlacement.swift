/// Where the pixels of a coded row go in the oriented image (CIPA DC-008, tag 0x0112).
struct OrientationPlacement {
    /// Size of the image that comes out.
    let width: Int
    let height: Int
    private let channels: Int
    private let codedWidth: Int
    /// Samples from a pixel to the one right of it, and below it, in the coded image.
    private let stepX: Int
    private let stepY: Int
    private let origin: Int

    /// The placement of a coded image of this size; `orientation` is 1...8, anything else counts as 1.
    init(orientation: Int, codedWidth: Int, codedHeight: Int, channels: Int) {
        let isTransposed = (5...8).contains(orientation)
        width = isTransposed ? codedHeight : codedWidth
        height = isTransposed ? codedWidth : codedHeight
        self.channels = channels
        self.codedWidth = codedWidth
        let row = width * channels
        // Columns of the coded image run along rows of the oriented one, forward or backward, or along its columns.
        let isReversedX = [2, 3, 7, 8].contains(orientation)
        let isReversedY = [3, 4, 6, 7].contains(orientation)
        let unitX = isTransposed ? row : channels
        let unitY = isTransposed ? channels : row
        stepX = isReversedX ? -unitX : unitX
        stepY = isReversedY ? -unitY : unitY
        origin = (isReversedX ? (codedWidth - 1) * unitX : 0) + (isReversedY ? (codedHeight - 1) * unitY : 0)
    }

    /// Puts `count` coded rows, from row `first`, into the samples of the oriented image.
    ///
    /// The inner loop runs where the output is contiguous or nearly so: down a strip of rows when transposed.
    func place(_ strip: Span<UInt8>, first: Int, count: Int, into out: inout MutableSpan<UInt8>) {
        let rowSamples = codedWidth * channels
        if abs(stepX) > abs(stepY) {
            for x in 0..<codedWidth {
                for y in 0..<count {
                    move(strip, y * rowSamples + x * channels, origin + x * stepX + (first + y) * stepY, &out)
                }
            }
        } else {
            for y in 0..<count {
                for x in 0..<codedWidth {
                    move(strip, y * rowSamples + x * channels, origin + x * stepX + (first + y) * stepY, &out)
                }
            }
        }
    }

    private func move(_ strip: Span<UInt8>, _ from: Int, _ to: Int, _ out: inout MutableSpan<UInt8>) {
        for c in 0..<channels { out[to + c] = strip[from + c] }
    }
}
