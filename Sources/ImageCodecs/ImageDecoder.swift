package import PixelCore

/// Turns encoded bytes into pixels under limits, by rules that leave no choice to the library underneath.
///
/// The rules for what viewers show differently (16 bits, alpha, gamma, profiles, orientation, CMYK) are in
/// `docs/image-formats.md`. Nothing is decoded before the whole container has been walked and found within the limits.
package struct ImageDecoder: Sendable {
    private let limits: DecodeLimits
    private let options: DecodeOptions

    /// A decoder with these limits and options.
    package init(limits: DecodeLimits, options: DecodeOptions) {
        self.limits = limits
        self.options = options
    }

    /// The pixels of `bytes`, a whole PNG or JPEG, as 8-bit grey or RGB, and what its container said.
    ///
    /// Asks `cancellation` between batches of rows and between the rows of blocks of a progressive JPEG. Throws
    /// `overLimit` before pixels are allocated, `unsupported` for other formats and refused variants, `malformed` for
    /// bytes that break the format (a truncated image is malformed, never filled up), `cancelled`, and `malfunction` when
    /// memory cannot be had.
    package func decode(_ bytes: [UInt8], cancellation: CancellationFlag) throws(CodecError) -> DecodedImage {
        try ImageHeader.check(.encodedBytes, bytes.count, limits.encodedBytes)
        if cancellation.isRaised { throw .cancelled }
        switch ImageSniffer.detect(bytes.span).imageFormat {
        case .png:
            return try PNGDecoding(limits: limits, options: options, cancellation: cancellation).decode(bytes)
        case .jpeg:
            return try JPEGDecoding(limits: limits, options: options, cancellation: cancellation).decode(bytes)
        case nil:
            throw Self.refusal(of: bytes.span)
        }
    }

    /// Why bytes that do not begin as a PNG or JPEG are refused.
    static func refusal(of bytes: Span<UInt8>) -> CodecError {
        if bytes.isEmpty { return .malformed(format: nil, detail: "empty") }
        for (format, signature) in [(ImageFormat.png, ImageSniffer.pngSignature), (.jpeg, ImageSniffer.jpegSignature)]
        where bytes.count < signature.count && bytes.holds(Array(signature.prefix(bytes.count)), at: 0) {
            return .malformed(format: format, detail: "truncated signature")
        }
        // Four of a PNG's eight bytes are there only to show what a transfer in text mode did to it.
        if bytes.holds([0x50, 0x4E, 0x47], at: 1) || bytes.holds(Array(ImageSniffer.pngSignature.dropFirst(4)), at: 4) {
            return .malformed(format: .png, detail: "damaged signature")
        }
        return .unsupported(detected: ImageSniffer.detect(bytes).name)
    }
}
