package import PixelCore

/// Majority shrinking from its definition; what tests compare `MajorityKernel` with.
package enum MajorityReference {
    /// `source` of `shape` shrunken; see `MajorityKernel` for the rules.
    package static func shrink(_ source: [UInt8], shape: PixelShape, factor: Int, threshold: Int) -> [UInt8] {
        var output: [UInt8] = []
        for top in stride(from: 0, to: shape.height, by: factor) {
            for left in stride(from: 0, to: shape.width, by: factor) {
                var levels: [Int] = []
                for y in top..<min(shape.height, top + factor) {
                    for x in left..<min(shape.width, left + factor) {
                        levels.append(level(source, (y * shape.width + x) * shape.channels, shape.channels))
                    }
                }
                let isWhite = 2 * levels.reduce(0, +) >= (2 * threshold - 1) * levels.count
                for _ in 0..<shape.channels { output.append(isWhite ? 255 : 0) }
            }
        }
        return output
    }

    /// The grey level of the pixel whose samples begin at `start`.
    static func level(_ source: [UInt8], _ start: Int, _ channels: Int) -> Int {
        if channels == 1 { return Int(source[start]) }
        return (77 * Int(source[start]) + 150 * Int(source[start + 1]) + 29 * Int(source[start + 2]) + 128) / 256
    }
}
