package import PixelCore

/// Draws the ink of a page anew, in pure black and white of its own polarity, with other strokes.
///
/// What is ink is decided at level 128; paper is the colour that at least half of the samples have. Borders repeat the
/// edge sample.
package enum ReinkKernel {
    /// How strokes are drawn.
    package enum Stroke: String, Sendable, CaseIterable {
        /// Ink where any sample of rows y - 1, y and columns x - 1, x is.
        case thick
        /// Ink where at least three of rows y, y + 1 and columns x, x + 1 are.
        case thin
        /// The means of blocks of 2 × 2, doubled in size linearly: grey at the edges.
        case soft
    }

    /// Writes the page of `source` into `output`, both of `shape`, every channel alike; false when cancelled.
    ///
    /// Costs some twenty operations and holds one byte a pixel.
    package static func draw(
        _ source: Span<UInt8>, into output: inout MutableSpan<UInt8>, shape: PixelShape, stroke: Stroke,
        cancellation: CancellationFlag
    ) -> Bool {
        guard let (ink, isWhitePaper) = mask(of: source, shape: shape, cancellation: cancellation) else { return false }
        switch stroke {
        case .thick, .thin:
            return strokes(ink, isWhitePaper, into: &output, shape, isThick: stroke == .thick, cancellation)
        case .soft:
            return soft(ink, isWhitePaper, into: &output, shape, cancellation)
        }
    }

    /// 1 where there is ink, one byte a pixel, and whether paper is white; nil when cancelled.
    static func mask(
        of source: Span<UInt8>, shape: PixelShape, cancellation: CancellationFlag
    ) -> (ink: [UInt8], isWhitePaper: Bool)? {
        var bright = [UInt8](repeating: 0, count: shape.pixelCount)
        var count = 0
        for y in 0..<shape.height {
            if cancellation.isRaised { return nil }
            let row = source.extracting(y * shape.rowSamples..<(y + 1) * shape.rowSamples)
            for x in 0..<shape.width {
                let level = shape.channels == 1 ? row[x] : InkLuma.of(row[3 * x], row[3 * x + 1], row[3 * x + 2])
                guard level >= 128 else { continue }
                bright[y * shape.width + x] = 1
                count += 1
            }
        }
        let isWhitePaper = count * 2 >= shape.pixelCount
        guard isWhitePaper else { return (bright, false) }
        for i in bright.indices { bright[i] = 1 - bright[i] }
        return (bright, true)
    }

    private static func strokes(
        _ ink: [UInt8], _ isWhitePaper: Bool, into output: inout MutableSpan<UInt8>, _ shape: PixelShape,
        isThick: Bool, _ cancellation: CancellationFlag
    ) -> Bool {
        let width = shape.width
        for y in 0..<shape.height {
            if cancellation.isRaised { return false }
            let other = isThick ? max(y - 1, 0) : min(y + 1, shape.height - 1)
            for x in 0..<width {
                let beside = isThick ? max(x - 1, 0) : min(x + 1, width - 1)
                let sum =
                    ink[y * width + x] + ink[y * width + beside] + ink[other * width + x] + ink[other * width + beside]
                let isInk = isThick ? sum > 0 : sum >= 3
                put(isInk ? 255 : 0, isWhitePaper, at: y * width + x, into: &output, shape)
            }
        }
        return true
    }

    private static func soft(
        _ ink: [UInt8], _ isWhitePaper: Bool, into output: inout MutableSpan<UInt8>, _ shape: PixelShape,
        _ cancellation: CancellationFlag
    ) -> Bool {
        let columns = (shape.width + 1) / 2
        let rows = (shape.height + 1) / 2
        var blocks = [Int32](repeating: 0, count: columns * rows)
        for r in 0..<rows {
            if cancellation.isRaised { return false }
            for c in 0..<columns {
                let (y, x) = (2 * r, 2 * c)
                let (below, beside) = (min(y + 1, shape.height - 1), min(x + 1, shape.width - 1))
                blocks[r * columns + c] =
                    Int32(ink[y * shape.width + x]) + Int32(ink[y * shape.width + beside])
                    + Int32(ink[below * shape.width + x]) + Int32(ink[below * shape.width + beside])
            }
        }
        for y in 0..<shape.height {
            if cancellation.isRaised { return false }
            let r = y / 2
            let near = min(max(y % 2 == 0 ? r - 1 : r + 1, 0), rows - 1)
            for x in 0..<shape.width {
                let c = x / 2
                let beside = min(max(x % 2 == 0 ? c - 1 : c + 1, 0), columns - 1)
                let here = 3 * blocks[r * columns + c] + blocks[r * columns + beside]
                let there = 3 * blocks[near * columns + c] + blocks[near * columns + beside]
                // 0...64: sixteen quarters of four samples.
                let amount = (255 * (3 * here + there) + 32) / 64
                put(UInt8(amount), isWhitePaper, at: y * shape.width + x, into: &output, shape)
            }
        }
        return true
    }

    /// `amount` of ink at one pixel.
    @inline(__always)
    private static func put(
        _ amount: UInt8, _ isWhitePaper: Bool, at pixel: Int, into output: inout MutableSpan<UInt8>, _ shape: PixelShape
    ) {
        let level = isWhitePaper ? 255 - amount : amount
        for c in 0..<shape.channels { output[pixel * shape.channels + c] = level }
    }
}
