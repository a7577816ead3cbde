package import PixelCore
internal import PixelKernels

/// An image's 8×8 area-averaged luma without its mean: 64 whole numbers in eighths of a level.
///
/// Small changes of an image move it little: white noise of sigma moves it by about 0.67·sigma / block side, so probes
/// of a query attack stay close together. It is a thumbnail of 64 pixels and as private as one.
package struct LumaSignature: Hashable, Sendable {
    /// Row-major, each in -2040...2040; an eighth of a u8 level.
    package let values: [Int16]

    private static let side = 8
    /// Units in a level.
    private static let unit = 8.0

    /// The signature of `image`; nil when a side is over 65,536 pixels.
    ///
    /// Luma is (77 R + 150 G + 29 B) / 256 (ITU-R BT.601). Sides below 8 are interpolated. Costs about an addition a
    /// sample.
    package init?(of image: Image) {
        let shape = image.shape
        guard let grid = PixelShape(width: Self.side, height: Self.side, channels: shape.channels),
            let resampler = AreaResampler(from: shape, to: grid)
        else { return nil }
        // Sums are at most 255 · 2^34, weights 2^8: below 2^50. Eight times the mean luma is sum · 8 / (256 · total).
        let divider = RoundingDivider(divisor: 32 * resampler.total)
        var luma: [Int] = []
        image.withSamples { samples in
            resampler.visitRows(of: samples) { _, sums in
                for x in 0..<Self.side {
                    let weighted =
                        shape.channels == 1
                        ? 256 * sums[x] : 77 * sums[3 * x] + 150 * sums[3 * x + 1] + 29 * sums[3 * x + 2]
                    luma.append(Int(divider.divide(weighted)))
                }
            }
        }
        let mean = (luma.reduce(0, +) + luma.count / 2) / luma.count
        values = luma.map { Int16($0 - mean) }
    }

    /// Root of the mean square of the values, in levels: how much structure the signature holds.
    package var norm: Double {
        (Double(values.reduce(0) { $0 + Int($1) * Int($1) }) / Double(values.count)).squareRoot() / Self.unit
    }

    /// Root-mean-square difference to `other` in levels, 0...510.
    package func distance(to other: LumaSignature) -> Double {
        Self.distance(squared: SignatureDistance.squared(values.span, other.values.span))
    }

    /// The sum of squared differences that `distance` levels stand for, rounded down.
    static func squared(distance: Double) -> Int32 {
        Int32(min(distance * distance * unit * unit * Double(SignatureDistance.length), Double(Int32.max)))
    }

    /// The distance in levels that a sum of squared differences stands for.
    static func distance(squared: Int32) -> Double {
        (Double(squared) / Double(SignatureDistance.length)).squareRoot() / unit
    }
}
