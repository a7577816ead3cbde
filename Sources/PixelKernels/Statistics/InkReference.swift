package import PixelCore

/// `InkLevels` and `InkContour` sample by sample, straight from their definitions; slow.
package struct InkReference {
    private let width: Int
    private let height: Int
    private let levels: [UInt8]
    private let isWhiteGround: Bool

    /// An image.
    package init(_ image: Image) {
        let shape = image.shape
        (width, height) = (shape.width, shape.height)
        let levels: [UInt8] = image.withSamples { samples in
            (0..<shape.pixelCount).map { i in
                shape.channels == 1 ? samples[i] : InkLuma.of(samples[3 * i], samples[3 * i + 1], samples[3 * i + 2])
            }
        }
        self.levels = levels
        isWhiteGround = 2 * levels.count { $0 >= 128 } >= levels.count
    }

    /// `white`, `pure`, `near`, `contour`, `flatDistance` and `flatFaint` of `InkLevels`.
    package var counts: [Int] {
        let distances = levels.map { Int(min($0, 255 - $0)) }
        let flat = levels.indices.filter { !isContour($0) }
        return [
            levels.count { $0 >= 128 },
            distances.count { $0 == 0 },
            distances.count { $0 <= InkLevels.nearest },
            levels.count - flat.count,
            flat.reduce(0) { $0 + distances[$1] },
            flat.count { (1...InkLevels.faintest).contains(distances[$0]) },
        ]
    }

    /// `InkContour.counts` of every sample, or of the contour alone.
    package func keys(contourOnly: Bool) -> [Int] {
        var counts = [Int](repeating: 0, count: InkNeighbourhood.keyCount)
        for i in levels.indices where !contourOnly || isContour(i) {
            let context = InkNeighbourhood.offsets.enumerated().reduce(0) { sum, entry in
                sum | (isInk(i / width + entry.element.0, i % width + entry.element.1) ? 1 : 0) << entry.offset
            }
            counts[2 * InkNeighbourhood.classOf(context: context) + (isInk(i / width, i % width) ? 1 : 0)] += 1
        }
        return counts
    }

    private func isContour(_ i: Int) -> Bool {
        let (y, x) = (i / width, i % width)
        let own = isInk(y, x)
        for dy in -1...1 {
            for dx in -1...1 where isInk(y + dy, x + dx) != own { return true }
        }
        return false
    }

    private func isInk(_ y: Int, _ x: Int) -> Bool {
        let isWhite = levels[min(max(y, 0), height - 1) * width + min(max(x, 0), width - 1)] >= 128
        return isWhite != isWhiteGround
    }
}
