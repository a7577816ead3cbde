package import PixelCore

/// The energies of `EnergyGrid` from the definition, one pixel at a time; what tests compare it with.
package enum EnergyReference {
    /// The energy of each pixel in levels.
    package static func energies(_ pixels: Span<UInt8>, shape: PixelShape) -> [Double] {
        /// What is compared of a pixel, and by what factor.
        func values(_ x: Int, _ y: Int) -> [(value: Double, weight: Double)] {
            let i = (y * shape.width + x) * shape.channels
            if shape.channels == 1 { return [(Double(pixels[i]), 1)] }
            let (red, green, blue) = (Double(pixels[i]), Double(pixels[i + 1]), Double(pixels[i + 2]))
            let luma = Double(InkLuma.of(pixels[i], pixels[i + 1], pixels[i + 2]))
            return [(red - green, 1), (blue - green, 1), (luma, 0.25)]
        }
        var energies: [Double] = []
        for y in 0..<shape.height {
            for x in 0..<shape.width {
                var energy = 0.0
                let here = values(x, y)
                let right = x + 1 < shape.width ? values(x + 1, y) : here
                let below = y + 1 < shape.height ? values(x, y + 1) : here
                for k in here.indices {
                    energy += here[k].weight * abs(here[k].value - right[k].value)
                    energy += here[k].weight * abs(here[k].value - below[k].value)
                }
                energies.append(energy)
            }
        }
        return energies
    }
}
