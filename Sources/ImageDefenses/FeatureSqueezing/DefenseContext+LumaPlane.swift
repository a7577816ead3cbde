internal import PixelCore
internal import PixelKernels

extension DefenseContext {
    /// As `replace`, with a kernel that is given one sample for each pixel: the samples of a grey image, the luma of a
    /// colour one (a buffer of a third of the image beside the two).
    mutating func replaceByPlane(
        _ pixels: inout PixelBuffer, by kernel: (Span<UInt8>, inout MutableSpan<UInt8>) -> Bool
    ) throws(DefenseError) {
        let shape = pixels.shape
        if shape.channels == 1 { return try replace(&pixels, by: kernel) }
        let cancellation = cancellation
        var luma = buffers.takeBytes(shape.pixelCount)
        defer { buffers.give(luma) }
        try replace(&pixels) { source, output in
            var plane = luma.mutableSpan
            guard BinarizationKernel.luma(ofRGB: source, into: &plane, cancellation: cancellation) else { return false }
            return kernel(luma.span, &output)
        }
    }
}
