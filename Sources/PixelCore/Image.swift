/// An immutable image: what travels between stages and is shared by copies and batches.
package final class Image: Sendable {
    private let pixels: PixelBuffer

    /// Seals `pixels`; they can no longer change.
    package init(_ pixels: consuming PixelBuffer) {
        self.pixels = pixels
    }

    /// The extent of the samples.
    package var shape: PixelShape { pixels.shape }

    /// Reads all samples, layout `[height, width, channels]`.
    package func withSamples<R, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try pixels.withSamples(body)
    }

    /// A buffer with the same samples, to be changed; they are copied at its first change.
    package func makeBuffer() -> PixelBuffer {
        pixels.copy()
    }
}
