/// One image of a request, as its record describes it. No pixels.
package struct InspectedImage: Hashable, Sendable {
    /// Position in the request, from 0.
    package var index: Int
    /// Of the bytes that came, 64 hex digits.
    package var sha256: String
    /// Of shape and samples after decoding, 64 hex digits.
    package var pixelsSHA256: String?
    /// `png` or `jpeg`.
    package var format: String
    /// Columns after orientation.
    package var width: Int
    /// Rows after orientation.
    package var height: Int
    /// 1 or 3.
    package var channels: Int
    /// Encoded bytes that came.
    package var bytes: Int
    /// What the container said.
    package var facts: Facts?
    /// What the model was given for the client's answer.
    package var forwarded: Forwarded?
    /// 8×8 mean luma, rows first: 64 bytes; nil when it was not made.
    package var signature: [UInt8]?

    /// An image, each member named.
    package init(
        index: Int = 0, sha256: String, pixelsSHA256: String? = nil, format: String, width: Int, height: Int,
        channels: Int, bytes: Int, facts: Facts? = nil, forwarded: Forwarded? = nil, signature: [UInt8]? = nil
    ) {
        self.index = index
        self.sha256 = sha256
        self.pixelsSHA256 = pixelsSHA256
        self.format = format
        self.width = width
        self.height = height
        self.channels = channels
        self.bytes = bytes
        self.facts = facts
        self.forwarded = forwarded
        self.signature = signature
    }

    /// What the container said beside the pixels.
    package struct Facts: Hashable, Sendable {
        /// Bits of a sample as coded.
        package var bitDepth: Int
        /// `grey`, `rgb`, `palette`, `ycbcr`, `cmyk`, ….
        package var colourModel: String
        /// Interlaced PNG or progressive JPEG.
        package var isProgressive: Bool
        /// Scans of a JPEG; 1 for PNG.
        package var scans: Int
        /// More than 1 for an animated PNG.
        package var frames: Int
        /// EXIF orientation 1...8; nil when there is none.
        package var orientation: Int?
        /// True when the orientation was applied to the pixels.
        package var isOrientationApplied: Bool
        /// Bytes after the end of the image.
        package var trailingBytes: Int
        /// Formats found inside the file where they do not belong.
        package var embedded: [String]
        /// What two viewers could show differently.
        package var viewerDifferences: [String]

        /// Facts, each member named.
        package init(
            bitDepth: Int, colourModel: String, isProgressive: Bool = false, scans: Int = 1, frames: Int = 1,
            orientation: Int? = nil, isOrientationApplied: Bool = false, trailingBytes: Int = 0,
            embedded: [String] = [], viewerDifferences: [String] = []
        ) {
            self.bitDepth = bitDepth
            self.colourModel = colourModel
            self.isProgressive = isProgressive
            self.scans = scans
            self.frames = frames
            self.orientation = orientation
            self.isOrientationApplied = isOrientationApplied
            self.trailingBytes = trailingBytes
            self.embedded = embedded
            self.viewerDifferences = viewerDifferences
        }
    }

    /// What the model was given.
    package struct Forwarded: Hashable, Sendable {
        /// `original` or `sanitized`.
        package var pixels: String
        /// `image/png`, `image/jpeg`; nil for the client's own content type.
        package var mediaType: String?
        /// `stored`, `fast`, `small`, `jpeg-95`, `original`.
        package var encoding: String
        /// Encoded bytes.
        package var bytes: Int
        /// Of the encoded bytes, 64 hex digits.
        package var sha256: String?

        /// What was forwarded, each member named.
        package init(pixels: String, mediaType: String?, encoding: String, bytes: Int, sha256: String?) {
            self.pixels = pixels
            self.mediaType = mediaType
            self.encoding = encoding
            self.bytes = bytes
            self.sha256 = sha256
        }
    }
}
