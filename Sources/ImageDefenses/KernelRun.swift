internal import PixelCore

extension PixelBuffer {
    /// A new buffer of `shape` that `kernel` fills from this one's samples; this one is untouched.
    ///
    /// Throws `.cancelled` when `kernel` returns false.
    borrowing func filled(
        shape: PixelShape, by kernel: (Span<UInt8>, inout MutableSpan<UInt8>) -> Bool
    ) throws(DefenseError) -> PixelBuffer {
        var result = PixelBuffer(shape: shape)
        let isFinished = withSamples { source in
            result.withMutableSamples { output in kernel(source, &output) }
        }
        guard isFinished else { throw .cancelled }
        return result
    }
}
