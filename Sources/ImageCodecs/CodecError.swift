/// Why an image could not be decoded or encoded, grouped by fault.
package enum CodecError: Error, Hashable, Sendable {
    /// The bytes break the format: truncated, a bad checksum, an impossible header. `detail` is the library's or our own
    /// short message, for the audit record only.
    case malformed(format: ImageFormat?, detail: String)
    /// A limit was passed; found from the header wherever the header tells.
    case overLimit(LimitKind, value: Int, limit: Int)
    /// Not a PNG or JPEG (`detected` names what the first bytes look like), or a variant that is refused.
    case unsupported(detected: String)
    /// The cancellation flag was raised.
    case cancelled
    /// A malfunction of ours or of a library, such as memory that could not be had.
    case malfunction(detail: String)
}

/// The limits of `DecodeLimits`, and of what is forwarded, by name.
package enum LimitKind: String, Hashable, Sendable, CaseIterable {
    case encodedBytes = "encoded-bytes"
    case width, height, pixels
    case workingBytes = "working-bytes"
    case progressiveScans = "progressive-scans"
    case ancillaryBytes = "ancillary-bytes"
    /// The image in every encoding that may be forwarded; a limit of the route, not of the decoder.
    case forwardedBytes = "forwarded-bytes"
}
