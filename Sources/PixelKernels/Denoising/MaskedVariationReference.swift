/// Masked total variation from the definition of its solver, in double precision; what tests compare
/// `MaskedVariationKernel` with.
package enum MaskedVariationReference {
    /// One channel, row by row, in 0...1: what `iterations` steps make of `samples`, also in 0...1, of which `kept` is 1
    /// where one is known. `width` columns.
    package static func rebuild(
        _ samples: [Double], kept: [UInt8], width: Int, weight: Double, iterations: Int
    ) -> [Double] {
        let step = 0.02
        let pull = step / weight / (1 + step / weight)
        var image = fill(samples, kept, width)
        var (down, right) = ([Double](repeating: 0, count: image.count), [Double](repeating: 0, count: image.count))
        for _ in 0..<iterations {
            var ahead = image
            for i in image.indices {
                let above = i >= width ? down[i - width] : 0
                let left = i % width > 0 ? right[i - 1] : 0
                var next = image[i] + step * (down[i] - above + right[i] - left)
                if kept[i] != 0 { next += pull * (samples[i] - next) }
                ahead[i] = 2 * next - image[i]
                image[i] = next
            }
            for i in image.indices {
                let vertical = down[i] + (i + width < image.count ? ahead[i + width] - ahead[i] : 0) / (8 * step)
                let horizontal = right[i] + (i % width + 1 < width ? ahead[i + 1] - ahead[i] : 0) / (8 * step)
                let norm = max(1, (vertical * vertical + horizontal * horizontal).squareRoot())
                (down[i], right[i]) = (vertical / norm, horizontal / norm)
            }
        }
        return image
    }

    /// The kept samples, and elsewhere the mean of the kept ones around, or of all where there are none.
    private static func fill(_ samples: [Double], _ kept: [UInt8], _ width: Int) -> [Double] {
        let known = samples.indices.filter { kept[$0] != 0 }
        let usable = known.isEmpty ? Array(samples.indices) : known
        let mean = usable.map { samples[$0] }.reduce(0, +) / Double(usable.count)
        return samples.indices.map { i in
            if kept[i] != 0 { return samples[i] }
            var (sum, number) = (0.0, 0.0)
            for dy in -1...1 {
                for dx in -1...1 {
                    let (y, x) = (i / width + dy, i % width + dx)
                    guard y >= 0, x >= 0, x < width, y * width + x < samples.count, kept[y * width + x] != 0 else {
                        continue
                    }
                    sum += samples[y * width + x]
                    number += 1
                }
            }
            return number > 0 ? sum / number : mean
        }
    }
}
