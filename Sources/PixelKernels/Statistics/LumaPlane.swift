package import PixelCore

extension InkLuma {
    /// The luma of every pixel of `pixels`, an RGB image of `shape`, or a copy of a grey one.
    package static func plane(of pixels: Span<UInt8>, shape: PixelShape) -> [UInt8] {
        precondition(pixels.count == shape.sampleCount)
        var plane = [UInt8](repeating: 0, count: shape.pixelCount)
        var span = plane.mutableSpan
        if shape.channels == 3 {
            write(pixels, into: &span)
        } else {
            for i in 0..<span.count { span[i] = pixels[i] }
        }
        return plane
    }
}
