package import PixelCore

/// Total-variation denoising from its definition, in double precision; what tests compare `VariationKernel` with.
package enum VariationReference {
    /// One channel of `source`, denoised, row by row, in 0...1 and unrounded; and how many iterations that took.
    package static func denoise(
        _ source: Span<UInt8>, shape: PixelShape, channel: Int, weight: Double, tolerance: Double = 2e-4,
        limit: Int = 200
    ) -> (values: [Double], iterations: Int) {
        let (width, height) = (shape.width, shape.height)
        let image = (0..<shape.pixelCount).map { Double(source[$0 * shape.channels + channel]) / 255 }
        var (down, right) = ([Double](repeating: 0, count: image.count), [Double](repeating: 0, count: image.count))
        var out = image
        var (first, previous) = (0.0, 0.0)
        for iteration in 0..<limit {
            var energy = 0.0
            for i in image.indices {
                let above = i >= width ? down[i - width] : 0
                let left = i % width > 0 ? right[i - 1] : 0
                let difference = above + left - down[i] - right[i]
                out[i] = image[i] + difference
                energy += difference * difference
            }
            for i in image.indices {
                let vertical = i / width < height - 1 ? out[i + width] - out[i] : 0
                let horizontal = i % width < width - 1 ? out[i + 1] - out[i] : 0
                let norm = (vertical * vertical + horizontal * horizontal).squareRoot()
                energy += weight * norm
                down[i] = (down[i] - 0.25 * vertical) / (1 + 0.25 / weight * norm)
                right[i] = (right[i] - 0.25 * horizontal) / (1 + 0.25 / weight * norm)
            }
            energy /= Double(image.count)
            if iteration == 0 {
                first = energy
            } else if abs(previous - energy) < tolerance * first {
                return (out, iteration + 1)
            }
            previous = energy
        }
        return (out, limit)
    }
}
