/// What a decoder may spend on one image. Checked from the header, before anything is allocated.
///
/// No member has a default here: a policy names each (its defaults are in `AdmissionPolicy`).
package struct DecodeLimits: Hashable, Sendable {
    /// Encoded bytes.
    package var encodedBytes: Int
    /// Columns.
    package var width: Int
    /// Rows.
    package var height: Int
    /// Columns times rows.
    package var pixels: Int
    /// Bytes a decoder may hold beside the samples it returns: a progressive JPEG's coefficients, an interlaced PNG's rows.
    package var workingBytes: Int
    /// Scans of a progressive JPEG.
    package var progressiveScans: Int
    /// Bytes that the compressed ancillary chunks of a PNG (zTXt, iTXt, iCCP) inflate to, together.
    package var ancillaryBytes: Int

    /// Limits, each named.
    package init(
        encodedBytes: Int, width: Int, height: Int, pixels: Int, workingBytes: Int, progressiveScans: Int,
        ancillaryBytes: Int
    ) {
        self.encodedBytes = encodedBytes
        self.width = width
        self.height = height
        self.pixels = pixels
        self.workingBytes = workingBytes
        self.progressiveScans = progressiveScans
        self.ancillaryBytes = ancillaryBytes
    }
}
