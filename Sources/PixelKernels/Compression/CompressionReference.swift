/// What the loops of this folder compute, straight from the definitions; for tests.
package enum CompressionReference {
    /// Luma in eighths of a level less 128 levels; `pixel` has one or three samples.
    package static func luma(_ pixel: [UInt8]) -> Int {
        guard pixel.count == 3 else { return 8 * Int(pixel[0]) - 1024 }
        let sum = 19595 * Int(pixel[0]) + 38470 * Int(pixel[1]) + 7471 * Int(pixel[2])
        // In units of 2^-16 level: to the nearest eighth, halves up.
        return (sum + 4096) / 8192 - 1024
    }

    /// |a - 3 b + 3 c - d|, at most 24 levels.
    package static func thirdDifference(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Int {
        min(abs(a - 3 * b + 3 * c - d), Int(BlockGridSums.limit))
    }

    /// The orthonormal DCT-II of an 8×8 block, row-major, 64 numbers by vertical, then horizontal frequency.
    package static func transform(_ block: [Double]) -> [Double] {
        (0..<64).map { frequency in
            let (v, u) = (frequency / 8, frequency % 8)
            var sum = 0.0
            for y in 0..<8 {
                for x in 0..<8 { sum += block[8 * y + x] * cosine(2 * y + 1, v) * cosine(2 * x + 1, u) }
            }
            return sum / 4 * (v == 0 ? 0.5.squareRoot() : 1) * (u == 0 ? 0.5.squareRoot() : 1)
        }
    }

    /// cos(odd · k · π / 16).
    private static func cosine(_ odd: Int, _ k: Int) -> Double {
        // cos of multiples of π/16 up to π/2, to the last digit of a double or nearly.
        let table = [
            1, 0.980785280403230449, 0.923879532511286756, 0.831469612302545237, 0.707106781186547524,
            0.555570233019602225, 0.382683432365089772, 0.195090322016128268, 0,
        ]
        let angle = odd * k % 32
        let folded = angle > 16 ? 32 - angle : angle
        return folded > 8 ? -table[16 - folded] : table[folded]
    }

    /// The distance of `value` to the nearest multiple of `step`.
    package static func distance(_ value: Int, step: Int) -> Int {
        let rest = abs(value) % step
        return min(rest, step - rest)
    }
}
