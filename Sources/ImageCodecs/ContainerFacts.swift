internal import PixelCore

/// What the container of an image said, beside its pixels. Small, immutable; it goes to detectors, rules and the audit record.
package struct ContainerFacts: Hashable, Sendable {
    /// The format that the first bytes prove.
    package var format: ImageFormat
    /// Encoded bytes.
    package var encodedBytes: Int
    /// Columns as coded, before orientation.
    package var codedWidth: Int
    /// Rows as coded, before orientation.
    package var codedHeight: Int
    /// Bits of a sample as coded: 1, 2, 4, 8 or 16.
    package var bitDepth: Int
    /// Components as coded: 1 grey, 2 grey and alpha, 3 RGB, YCbCr or palette, 4 with alpha, CMYK or YCCK.
    package var components: Int
    /// The coded colour model.
    package var colourModel: ColourModel
    /// Interlaced PNG or progressive JPEG.
    package var isProgressive: Bool
    /// Scans of a JPEG; 1 for PNG.
    package var scans: Int
    /// Frames: more than 1 for an animated PNG, of which only the first is decoded.
    package var frames: Int
    /// EXIF orientation 1...8; nil when there is none.
    package var exifOrientation: Int?
    /// True when the orientation was applied to the pixels.
    package var isOrientationApplied: Bool
    /// Bytes after the end of the image.
    package var trailingBytes: Int
    /// Bytes of a JPEG that its decoder passed over before markers: a few are padding, and more than 64 are refused.
    package var extraneousBytes: Int
    /// Formats whose signature was found inside the file where it does not belong: `zip`, `pdf`, `html`, `png`, `jpeg`, ….
    package var embeddedFormats: [String]
    /// What two viewers could show differently; see `ViewerDifference`.
    package var viewerDifferences: [ViewerDifference]
    /// What a JPEG's quantization tables say; nil for PNG.
    package var quantization: QuantizationFacts?
    /// The size that EXIF data gives, before orientation; nil when it gives none.
    package var exifSize: PixelSize?
    /// The thumbnail in the file, where it could be decoded.
    package var thumbnail: ThumbnailFacts?

    /// Facts with the common members; the rest start as "nothing found".
    package init(
        format: ImageFormat, encodedBytes: Int, codedWidth: Int, codedHeight: Int, bitDepth: Int, components: Int,
        colourModel: ColourModel
    ) {
        self.format = format
        self.encodedBytes = encodedBytes
        self.codedWidth = codedWidth
        self.codedHeight = codedHeight
        self.bitDepth = bitDepth
        self.components = components
        self.colourModel = colourModel
        self.isProgressive = false
        self.scans = 1
        self.frames = 1
        self.exifOrientation = nil
        self.isOrientationApplied = false
        self.trailingBytes = 0
        self.extraneousBytes = 0
        self.embeddedFormats = []
        self.viewerDifferences = []
        self.quantization = nil
        self.exifSize = nil
        self.thumbnail = nil
    }
}

extension ContainerFacts {
    /// Adds the formats whose signatures stand in `bytes`, each once.
    mutating func noteEmbedded(in bytes: Span<UInt8>, cancellation: CancellationFlag) throws(CodecError) {
        var search = SignatureSearch(cancellation: cancellation)
        try search.search(bytes, 0..<bytes.count)
        for name in search.found where !embeddedFormats.contains(name) { embeddedFormats.append(name) }
    }
}

/// Columns and rows that a container claims.
package struct PixelSize: Hashable, Sendable {
    /// Columns.
    package let width: Int
    /// Rows.
    package let height: Int

    /// A size, both members named.
    package init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }
}

/// The colour model of the coded image.
package enum ColourModel: String, Hashable, Sendable {
    case grey, greyAlpha = "grey-alpha", rgb, rgbAlpha = "rgb-alpha", palette, yCbCr = "ycbcr", cmyk, ycck
}

/// Something that one viewer shows and another does not. The rule that Portcullis follows is in `docs/image-formats.md`.
package enum ViewerDifference: String, Hashable, Sendable, CaseIterable {
    /// Pixels that are not fully opaque hold colours that compositing hides.
    case colourUnderAlpha = "colour-under-alpha"
    /// An animated PNG: some viewers show frames that others do not.
    case animationFrames = "animation-frames"
    /// EXIF orientation other than 1.
    case exifOrientation = "exif-orientation"
    /// An embedded ICC profile, ignored here.
    case iccProfile = "icc-profile"
    /// A gAMA chunk far from 1/2.2, ignored here.
    case gamma
    /// 16 bits a sample, reduced to 8 here.
    case sixteenBits = "sixteen-bits"
    /// Four-component JPEG (CMYK or YCCK), whose conversion to RGB differs between viewers.
    case fourComponents = "four-components"
    /// tRNS or bKGD chunks that only some viewers honour.
    case backgroundColour = "background-colour"
    /// More than one start-of-image or conflicting headers.
    case severalImages = "several-images"
}

/// The formats that are decoded.
package enum ImageFormat: String, Hashable, Sendable, CaseIterable {
    case png, jpeg

    /// `image/png` or `image/jpeg`.
    package var mediaType: String { "image/\(rawValue)" }
}
