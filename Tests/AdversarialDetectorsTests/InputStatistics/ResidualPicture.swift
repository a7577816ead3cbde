import AdversarialDetectors
import PixelCore

/// Pictures with content, with and without noise, for detectors of residuals.
enum ResidualPicture {
    /// Shades, an edge and colour that varies slowly; `noise` is added to each channel on its own, and `patch` noise covers
    /// a corner.
    static func image(
        seed: Int, channels: Int = 3, side: Int = 48, noise: Double = 0.4, patch: Bool = false
    ) -> Image {
        guard let shape = PixelShape(width: side, height: side - 7, channels: channels),
            let sampler = GaussianSampler(standardDeviation: noise)
        else { preconditionFailure("a fixed shape and a deviation in range") }
        var generator = ChaChaGenerator(key: [UInt8(seed % 256), UInt8(seed / 256)])
        let tilt = Double(generator.nextWord() % 100) / 100
        let edge = Int(generator.nextWord() % 40)
        let contrast = Double(generator.nextWord() % 60)
        var pixels = PixelBuffer(shape: shape)
        pixels.withMutableSamples { samples in
            for i in 0..<samples.count {
                let (x, y, c) = (i / channels % side, i / channels / side, i % channels)
                var level = 90 + 20 * Double(c) + tilt * Double(x) + (1 - tilt) * Double(y)
                if x + y > edge { level += contrast * (1 - 0.2 * Double(c)) }
                level += Double(sampler.sample(&generator))
                if patch, x < 12, y < 12 { level = Double(generator.nextWord() % 256) }
                samples[i] = UInt8(max(0, min(255, level.rounded())))
            }
        }
        return Image(pixels)
    }

    static func subject(_ image: Image) -> DetectorSubject { TestSubject.subject(image) }
}
