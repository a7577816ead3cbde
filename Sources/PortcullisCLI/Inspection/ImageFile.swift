import ImageCodecs
import PixelCore

/// Reads and writes images in files, errors as failures of the command.
enum ImageFile {
    /// The decoded image at `path`.
    static func decode(
        _ path: String, limits: DecodeLimits, options: DecodeOptions
    ) throws(CommandFailure) -> DecodedImage {
        let bytes: [UInt8]
        switch BoundedFile.read(path, limit: min(limits.encodedBytes, ImagePath.limitBytes)) {
        case .success(let content): bytes = content
        case .failure(let error): throw .unreachable("\(path) \(error.reason)")
        }
        do throws(CodecError) {
            return try ImageDecoder(limits: limits, options: options).decode(bytes, cancellation: CancellationFlag())
        } catch {
            throw .unreachable("\(path): \(CodecText.reason(error))")
        }
    }

    /// The bytes of `image` in this encoding.
    static func encode(_ image: Image, as encoding: ImageEncoding) throws(CommandFailure) -> [UInt8] {
        do throws(CodecError) {
            return try ImageEncoder.encode(image, as: encoding)
        } catch {
            throw .unreachable("the image cannot be encoded: \(CodecText.reason(error))")
        }
    }
}
