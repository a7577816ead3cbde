package import PixelCore

/// Resizing from the definition, one destination sample at a time; what tests compare `AreaResampler` with.
package enum AreaReference {
    /// `pixels` of `source` resized to `destination`; costs all source samples for each destination sample.
    package static func resize(_ pixels: Span<UInt8>, from source: PixelShape, to destination: PixelShape) -> [UInt8] {
        precondition(pixels.count == source.sampleCount && source.channels == destination.channels)
        var output: [UInt8] = []
        for y in 0..<destination.height {
            for x in 0..<destination.width {
                for c in 0..<source.channels {
                    var sum = 0
                    var total = 0
                    for sy in 0..<source.height {
                        let down = weight(of: sy, in: y, source: source.height, destination: destination.height)
                        if down == 0 { continue }
                        for sx in 0..<source.width {
                            let across = weight(of: sx, in: x, source: source.width, destination: destination.width)
                            sum += down * across * Int(pixels[(sy * source.width + sx) * source.channels + c])
                            total += down * across
                        }
                    }
                    let (quotient, remainder) = sum.quotientAndRemainder(dividingBy: total)
                    let isUp = 2 * remainder > total || (2 * remainder == total && quotient % 2 == 1)
                    output.append(UInt8(isUp ? quotient + 1 : quotient))
                }
            }
        }
        return output
    }

    /// How much of source position `s` goes into destination `d`, in units that are the same for all `s`.
    static func weight(of s: Int, in d: Int, source: Int, destination: Int) -> Int {
        if destination <= source {
            // Both intervals times source · destination: their overlap is the area covered.
            return max(0, min((s + 1) * destination, (d + 1) * source) - max(s * destination, d * source))
        }
        // A triangle of half-width one source position around the clamped centre, times 2 · destination.
        let unit = 2 * destination
        let centre = max(0, min((2 * d + 1) * source - destination, (source - 1) * unit))
        return max(0, unit - abs(centre - s * unit))
    }
}
