import ImageDefenses
import PixelCore

/// What a median takes away from an image, made visible: noise and adversarial perturbations, and fine print.
enum Residual {
    /// How much the difference is amplified.
    static let gain = 8

    /// |image − median 3×3| × 8 for each sample, 255 at most.
    static func image(of image: Image) throws(DefenseError) -> Image {
        let median = try DefenseCatalogue.parse("median(3)")
        var smoothed = image.makeBuffer()
        var context = DefenseContext(generator: ChaChaGenerator(key: []))
        try median.apply(to: &smoothed, context: &context)
        let shape = image.shape
        let samples = image.withSamples { original in
            smoothed.withSamples { smooth in
                (0..<original.count).map { i in
                    // At most 255 × 8: far inside an Int.
                    UInt8(min(255, abs(Int(original[i]) - Int(smooth[i])) * gain))
                }
            }
        }
        // The counts agree, because a median keeps the shape.
        guard let buffer = PixelBuffer(shape: shape, adopting: samples) else { return image }
        return Image(buffer)
    }
}
