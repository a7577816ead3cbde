package import PixelCore

/// How bytes are turned into pixels where the format leaves a choice.
package struct DecodeOptions: Hashable, Sendable {
    /// Whether EXIF orientation turns the pixels.
    package enum Orientation: String, Hashable, Sendable, CaseIterable {
        case apply, ignore
    }

    /// Whether EXIF orientation turns the pixels.
    package var orientation: Orientation
    /// Red, green, blue that alpha is composited over; grey images use the rounded mean.
    package var background: [UInt8]

    /// Options, each named. `background` has three members.
    package init(orientation: Orientation, background: [UInt8] = [255, 255, 255]) {
        self.orientation = orientation
        self.background = background
    }
}

/// Pixels and what the container said.
package struct DecodedImage: Sendable {
    /// 8-bit grey or RGB, alpha composited, oriented as the options say.
    package let image: Image
    /// What the container said.
    package let facts: ContainerFacts

    /// Both parts.
    package init(image: Image, facts: ContainerFacts) {
        self.image = image
        self.facts = facts
    }
}

/// How pixels are turned into bytes. Metadata never passes through.
package enum ImageEncoding: Hashable, Sendable {
    /// Lossless.
    case png(PNGEffort)
    /// Lossy; quality 1...100.
    case jpeg(quality: Int, subsampling: ChromaSubsampling)

    /// `image/png` or `image/jpeg`.
    package var mediaType: String {
        switch self {
        case .png: "image/png"
        case .jpeg: "image/jpeg"
        }
    }
}

/// How hard the PNG encoder tries. On loopback `stored` is right: lossless and thirty times cheaper than `fast`.
package enum PNGEffort: String, Hashable, Sendable, CaseIterable {
    /// Deflate level 0.
    case stored
    /// Deflate level 1.
    case fast
    /// Deflate level 6.
    case small
}

/// Chroma subsampling of a JPEG; grey images have none.
package enum ChromaSubsampling: String, Hashable, Sendable, CaseIterable {
    case yuv444 = "4:4:4"
    case yuv422 = "4:2:2"
    case yuv420 = "4:2:0"
}
