internal import ImageCodecs

/// The last compression of a JPEG as it lies in the decoded, perhaps turned pixels.
struct OwnCompression {
    /// The steps of the luma table in levels, 64 by vertical, then horizontal frequency of the pixels as they are now.
    let steps: [Int]
    /// Where its blocks begin in the pixels as they are now, 0...7.
    let origin: (x: Int, y: Int)
    /// The pixels were turned by a quarter since.
    let isTurned: Bool

    /// Nil for a PNG, and for a JPEG that is not coded as luma and chroma.
    init?(_ facts: ContainerFacts) {
        guard let quantization = facts.quantization, facts.colourModel == .yCbCr || facts.colourModel == .grey else {
            return nil
        }
        let orientation = facts.isOrientationApplied ? facts.exifOrientation ?? 1 : 1
        isTurned = (5...8).contains(orientation)
        let table = quantization.luma.map(Int.init)
        steps = isTurned ? (0..<64).map { table[Zigzag.turned($0)] } : table
        // An axis that is read backward begins with what did not fill the last block.
        let x = [2, 3, 7, 8].contains(orientation) ? facts.codedWidth & 7 : 0
        let y = [3, 4, 6, 7].contains(orientation) ? facts.codedHeight & 7 : 0
        origin = isTurned ? (y, x) : (x, y)
    }

    /// The luma steps of a quality as a file has them.
    static func steps(quality: Int) -> [Int] { StandardQuantization.luma(quality: quality).map(Int.init) }
}
