/// The extent of an image: height rows of width pixels of `channels` interleaved samples.
///
/// Memory layout everywhere in Portcullis is `[height, width, channels]`, row-major, one `UInt8` (0...255) a sample.
package struct PixelShape: Hashable, Sendable {
    /// Pixels in a row, at least 1.
    package let width: Int
    /// Rows, at least 1.
    package let height: Int
    /// Samples in a pixel: 1 (grey) or 3 (RGB).
    package let channels: Int
    /// `width * height * channels`, known not to overflow.
    package let sampleCount: Int

    /// A shape, or nil when a side is not positive, `channels` is neither 1 nor 3, or the product overflows.
    package init?(width: Int, height: Int, channels: Int) {
        guard width > 0, height > 0, channels == 1 || channels == 3 else { return nil }
        let (pixels, overflowsPixels) = width.multipliedReportingOverflow(by: height)
        let (samples, overflowsSamples) = pixels.multipliedReportingOverflow(by: channels)
        guard !overflowsPixels, !overflowsSamples else { return nil }
        self.width = width
        self.height = height
        self.channels = channels
        self.sampleCount = samples
    }

    /// `width * height`.
    package var pixelCount: Int { sampleCount / channels }

    /// Samples in a row: `width * channels`.
    package var rowSamples: Int { width * channels }
}
