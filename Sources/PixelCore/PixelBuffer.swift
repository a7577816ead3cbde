/// The only owner of an image's samples while they are made or changed.
///
/// Layout `[height, width, channels]`, interleaved, row-major, `UInt8` 0...255. What travels between stages is an
/// `Image` made from one. It cannot be copied, so the storage inside always has one owner and is never copied on write.
package struct PixelBuffer: ~Copyable, Sendable {
    /// The extent of the samples.
    package let shape: PixelShape
    private var storage: [UInt8]

    /// A buffer of `shape` with every sample `value`. Costs one byte a sample.
    package init(shape: PixelShape, filledWith value: UInt8 = 0) {
        self.shape = shape
        self.storage = [UInt8](repeating: value, count: shape.sampleCount)
    }

    /// A buffer of `shape` that takes over `samples`; nil when their count is not `shape.sampleCount`.
    package init?(shape: PixelShape, adopting samples: consuming [UInt8]) {
        guard samples.count == shape.sampleCount else { return nil }
        self.shape = shape
        self.storage = samples
    }

    private init(shape: PixelShape, trusted samples: [UInt8]) {
        self.shape = shape
        self.storage = samples
    }

    /// Reads all samples.
    package borrowing func withSamples<R, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try body(storage.span)
    }

    /// Reads and writes all samples.
    package mutating func withMutableSamples<R, E: Error>(
        _ body: (inout MutableSpan<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        var span = storage.mutableSpan
        return try body(&span)
    }

    /// The samples, when the buffer itself is no longer needed.
    package consuming func takeSamples() -> [UInt8] {
        storage
    }

    /// A second buffer with the same samples; they are copied at the first change of either.
    package borrowing func copy() -> PixelBuffer {
        PixelBuffer(shape: shape, trusted: storage)
    }
}
