internal import ImageCodecs
package import PixelCore

/// Encodes the image as a JPEG and decodes it again.
///
/// Dziugaite, Ghahramani, Roy, "A study of the effect of JPG compression on adversarial images", 2016; Das et al.,
/// "Keeping the Bad Guys Out", 2017. Quality is the IJG scale of libjpeg, chroma is halved both ways unless told
/// otherwise (as Pillow does, hence ART and AdverTorch).
package struct JPEGRecompression: Defense {
    /// What the catalogue prints.
    package static let descriptor = DefenseDescriptor(
        name: "jpeg", family: .denoising,
        summary: "Encodes the image as a JPEG and decodes it again.",
        source: "Dziugaite, Ghahramani, Roy: A study of the effect of JPG compression on adversarial images, 2016; "
            + "Das et al.: Keeping the Bad Guys Out, 2017",
        weaknesses: "Helps against small perturbations alone; attacks through a differentiable JPEG break it.",
        isRandomized: false, changesShape: false,
        parameters: [
            ParameterDescriptor(
                name: "quality", kind: .integer(1...100), defaultValue: .integer(75),
                summary: "Quality on the IJG scale; smaller removes more."),
            ParameterDescriptor(
                name: "subsampling", kind: .choice(ChromaSubsampling.allCases.map(\.rawValue)),
                defaultValue: .text(ChromaSubsampling.yuv420.rawValue),
                summary: "Chroma subsampling of colour images."),
        ])

    /// The largest side that libjpeg writes (`JPEG_MAX_DIMENSION`).
    private static let largestSide = 65_500
    private let encoding: ImageEncoding

    /// Takes what the descriptor lists.
    package init(parameters: [String: ParameterValue]) throws(DefenseError) {
        let checked = try Self.descriptor.check(parameters)
        let subsampling = ChromaSubsampling(rawValue: checked.text("subsampling")) ?? .yuv420
        encoding = .jpeg(quality: checked.integer("quality"), subsampling: subsampling)
    }

    /// The defended pixels; see `Defense`.
    package func apply(to pixels: inout PixelBuffer, context: inout DefenseContext) throws(DefenseError) {
        let shape = pixels.shape
        let name = Self.descriptor.name
        guard max(shape.width, shape.height) <= Self.largestSide else {
            throw .shape(defense: name, width: shape.width, height: shape.height)
        }
        if context.cancellation.isRaised { throw .cancelled }
        let decoded: Image
        do {
            let bytes = try ImageEncoder.encode(Image(pixels.copy()), as: encoding)
            let decoder = ImageDecoder(
                limits: Self.limits(shape, bytes.count), options: DecodeOptions(orientation: .ignore))
            decoded = try decoder.decode(bytes, cancellation: context.cancellation).image
        } catch CodecError.cancelled {
            throw .cancelled
        } catch {
            throw .codec(defense: name)
        }
        guard decoded.shape == shape else { throw .codec(defense: name) }
        pixels = decoded.makeBuffer()
    }

    /// What the decoder may spend on a file that we have just written: as much as it takes.
    private static func limits(_ shape: PixelShape, _ bytes: Int) -> DecodeLimits {
        DecodeLimits(
            encodedBytes: bytes, width: shape.width, height: shape.height, pixels: shape.pixelCount,
            workingBytes: Int.max, progressiveScans: 1, ancillaryBytes: 0)
    }
}
