internal import PixelCore

extension DefenseContext {
    /// Puts a buffer of `shape` (that of `pixels` where none is given), filled by `kernel` from the samples, in the place
    /// of `pixels`; the old one is used again for a later step.
    ///
    /// `kernel` must write every sample of its output. Throws `.cancelled` when it returns false; `pixels` is then
    /// untouched.
    mutating func replace(
        _ pixels: inout PixelBuffer, shape: PixelShape? = nil,
        by kernel: (Span<UInt8>, inout MutableSpan<UInt8>) -> Bool
    ) throws(DefenseError) {
        let shape = shape ?? pixels.shape
        guard var result = PixelBuffer(shape: shape, adopting: buffers.takeBytes(shape.sampleCount)) else {
            throw .shape(defense: "buffer", width: shape.width, height: shape.height)
        }
        let isFinished = pixels.withSamples { source in
            result.withMutableSamples { output in kernel(source, &output) }
        }
        guard isFinished else {
            buffers.give(result.takeSamples())
            throw .cancelled
        }
        swap(&pixels, &result)
        if ownsSamples { buffers.give(result.takeSamples()) }
        ownsSamples = true
    }
}
