package import PixelCore

/// What an image's header says: enough to refuse it before anything is allocated.
package struct ImageHeader: Hashable, Sendable {
    /// The format that the first bytes prove.
    package let format: ImageFormat
    /// Columns as coded, before orientation; at least 1.
    package let width: Int
    /// Rows as coded; at least 1.
    package let height: Int
    /// Bits of a sample as coded: 1, 2, 4, 8 or 16.
    package let bitDepth: Int
    /// Components as coded: 1 grey or palette, 2 grey and alpha, 3 colour, 4 with alpha, CMYK or YCCK.
    package let components: Int
    /// Channels of the decoded image, at most: 3 for a palette, and for what is composited over a colour.
    package let decodedChannels: Int
    /// Interlaced PNG or progressive JPEG.
    package let isProgressive: Bool
    /// Bytes that decoding holds beside the samples, as far as the header tells: the coefficients of a progressive JPEG,
    /// the rows of an interlaced PNG that are not yet 8-bit grey or RGB.
    package let workingBytes: Int

    /// Throws `overLimit` for the first limit that the header passes: width, height, pixels, working bytes.
    package func check(_ limits: DecodeLimits) throws(CodecError) {
        try Self.check(.width, width, limits.width)
        try Self.check(.height, height, limits.height)
        let (pixels, overflows) = width.multipliedReportingOverflow(by: height)
        try Self.check(.pixels, overflows ? Int.max : pixels, limits.pixels)
        try Self.check(.workingBytes, workingBytes, limits.workingBytes)
    }

    static func check(_ kind: LimitKind, _ value: Int, _ limit: Int) throws(CodecError) {
        if value > limit { throw .overLimit(kind, value: value, limit: limit) }
    }
}
