internal import ImageCodecs
internal import PixelCore

/// A small picture of an image for a report: decoded under limits and encoded anew, so that none of the file's own bytes
/// reach the page.
package struct ImagePreview: Hashable, Sendable {
    /// A PNG.
    let png: [UInt8]
    /// Columns and rows as shown.
    let width: Int
    let height: Int
    /// Columns and rows of the image itself.
    let originalWidth: Int
    let originalHeight: Int

    /// The shorter side is enlarged to at least this many pixels, where the longer one then stays within `longest`.
    static let shortest = 64
    /// The longer side is reduced to at most this many pixels.
    static let longest = 320

    /// What a picture in a report may cost to decode.
    private static let limits = DecodeLimits(
        encodedBytes: 64 << 20, width: 30_000, height: 30_000, pixels: 50_000_000, workingBytes: 512 << 20,
        progressiveScans: 100, ancillaryBytes: 8 << 20)

    /// The preview of the image in `bytes`; nil when it does not decode.
    package init?(_ bytes: [UInt8]) {
        let decoder = ImageDecoder(limits: Self.limits, options: DecodeOptions(orientation: .apply))
        guard let decoded = try? decoder.decode(bytes, cancellation: CancellationFlag()),
            let scaled = Self.scaled(decoded.image),
            let png = try? ImageEncoder.encode(scaled, as: .png(.small))
        else { return nil }
        self.png = png
        width = scaled.shape.width
        height = scaled.shape.height
        originalWidth = decoded.image.shape.width
        originalHeight = decoded.image.shape.height
    }

    /// Enlarged by a whole factor to the nearest pixel, which shows a perturbation as it is; or reduced by a whole factor
    /// to the mean of each square; or as it is.
    static func scaled(_ image: Image) -> Image? {
        let shape = image.shape
        let short = min(shape.width, shape.height)
        let long = max(shape.width, shape.height)
        if long > longest { return reduced(image, by: (long + longest - 1) / longest) }
        let factor = max(1, min((shortest + short - 1) / short, longest / long))
        return factor == 1 ? image : enlarged(image, by: factor)
    }

    private static func enlarged(_ image: Image, by factor: Int) -> Image? {
        let shape = image.shape
        guard
            let large = PixelShape(
                width: shape.width * factor, height: shape.height * factor, channels: shape.channels)
        else { return nil }
        var buffer = PixelBuffer(shape: large)
        image.withSamples { source in
            buffer.withMutableSamples { target in
                for y in 0..<large.height {
                    for x in 0..<large.width {
                        for c in 0..<shape.channels {
                            target[y * large.rowSamples + x * shape.channels + c] =
                                source[y / factor * shape.rowSamples + x / factor * shape.channels + c]
                        }
                    }
                }
            }
        }
        return Image(buffer)
    }

    private static func reduced(_ image: Image, by factor: Int) -> Image? {
        let shape = image.shape
        guard
            let small = PixelShape(
                width: max(1, shape.width / factor), height: max(1, shape.height / factor), channels: shape.channels)
        else { return nil }
        var buffer = PixelBuffer(shape: small)
        image.withSamples { source in
            buffer.withMutableSamples { target in
                for y in 0..<small.height {
                    for x in 0..<small.width {
                        for c in 0..<shape.channels {
                            target[y * small.rowSamples + x * shape.channels + c] = mean(
                                source, shape, x: x * factor, y: y * factor, c: c, factor: factor)
                        }
                    }
                }
            }
        }
        return Image(buffer)
    }

    private static func mean(
        _ source: Span<UInt8>, _ shape: PixelShape, x: Int, y: Int, c: Int, factor: Int
    ) -> UInt8 {
        var sum = 0
        var count = 0
        for row in y..<min(shape.height, y + factor) {
            for column in x..<min(shape.width, x + factor) {
                sum += Int(source[row * shape.rowSamples + column * shape.channels + c])
                count += 1
            }
        }
        return UInt8(truncatingIfNeeded: (sum + count / 2) / max(1, count))
    }
}
