import PixelCore

/// Images that tests share.
enum TestImage {
    /// The 8×8 image G: `(37 i² + 91 j + 53 i j) mod 256` at row i, column j.
    static let g: [UInt8] = (0..<64).map { (index: Int) -> UInt8 in
        let (i, j) = (index / 8, index % 8)
        let value: Int = 37 * i * i + 91 * j + 53 * i * j
        return UInt8(value % 256)
    }

    /// Independent uniform samples.
    static func random(_ shape: PixelShape, seed: UInt8) -> [UInt8] {
        var generator = ChaChaGenerator(key: [seed])
        return (0..<shape.sampleCount).map { _ in UInt8(truncatingIfNeeded: generator.nextWord()) }
    }

    /// Shapes at which loops over rows and columns go wrong: single pixels, lines, odd and vector-sized sides.
    static let shapes: [(width: Int, height: Int)] = [
        (1, 1), (1, 2), (2, 1), (1, 9), (9, 1), (2, 2), (3, 3), (5, 7), (7, 5), (16, 4), (33, 17), (67, 31),
    ]
}
