internal import CImageShim
package import PixelCore

/// Turns pixels into bytes. Nothing but the pixels goes in: no metadata, no profile, no time.
package enum ImageEncoder {
    /// `image` in the given encoding; grey stays grey.
    ///
    /// PNG is lossless in every effort and has one IDAT chunk when stored. JPEG is baseline with the standard Huffman
    /// tables and the IJG scaling of the standard quantization tables. Throws `malfunction` for a JPEG quality outside
    /// 1...100 or where memory cannot be had, and `overLimit` for sides that the format cannot hold.
    package static func encode(_ image: Image, as encoding: ImageEncoding) throws(CodecError) -> [UInt8] {
        switch encoding {
        case .png(.stored):
            return try encodeStored(image)
        case .png(.fast):
            return try encodeDeflated(image, level: 1, filters: subFilter)
        case .png(.small):
            return try encodeDeflated(image, level: 6, filters: 0)
        case .jpeg(let quality, let subsampling):
            return try encodeJPEG(image, quality, subsampling)
        }
    }

    /// The difference to the pixel on the left, alone: choosing a filter for each row costs more than it saves at level 1.
    private static let subFilter: Int32 = 0x10

    /// The largest side that libjpeg takes.
    private static let jpegSide = 65_500

    private static func encodeStored(_ image: Image) throws(CodecError) -> [UInt8] {
        let size = try Size(image.shape, side: 0x7FFF_FFFF)
        let count = pc_png_stored_size(size.width, size.height, size.channels)
        // Past 2 GB one chunk does not do; compressing is what such an image needs anyway.
        guard count > 0 else { return try encodeDeflated(image, level: 1, filters: subFilter) }
        return image.withSamples { samples in
            unsafe samples.withUnsafeBufferPointer { source in
                unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
                    guard let from = source.baseAddress, let to = buffer.baseAddress else { return }
                    unsafe pc_png_write_stored(from, size.width, size.height, size.channels, to)
                    initializedCount = count
                }
            }
        }
    }

    private static func encodeDeflated(_ image: Image, level: Int32, filters: Int32) throws(CodecError) -> [UInt8] {
        let size = try Size(image.shape, side: 0x7FFF_FFFF)
        return try unsafe collect(image, .png) { samples, bytes, count, message in
            unsafe pc_png_encode(
                samples, size.width, size.height, size.channels, level, filters, bytes, count, message)
        }
    }

    private static func encodeJPEG(
        _ image: Image, _ quality: Int, _ subsampling: ChromaSubsampling
    ) throws(CodecError) -> [UInt8] {
        guard (1...100).contains(quality) else { throw .malfunction(detail: "jpeg quality \(quality)") }
        let size = try Size(image.shape, side: jpegSide)
        let horizontal: Int32 = subsampling == .yuv444 ? 1 : 2
        let vertical: Int32 = subsampling == .yuv420 ? 2 : 1
        return try unsafe collect(image, .jpeg) { samples, bytes, count, message in
            unsafe pc_jpeg_encode(
                samples, size.width, size.height, size.channels, Int32(quality), horizontal, vertical, bytes, count,
                message)
        }
    }

    private typealias Encode = (
        UnsafePointer<UInt8>, UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>, UnsafeMutablePointer<Int>,
        UnsafeMutablePointer<pc_message>
    ) -> pc_status

    /// The bytes that `encode` makes, copied out of the memory that it made them in.
    private static func collect(
        _ image: Image, _ format: ImageFormat, _ encode: Encode
    ) throws(CodecError) -> [UInt8] {
        var bytes: UnsafeMutablePointer<UInt8>?
        var count = 0
        defer { unsafe pc_free(bytes) }
        try image.withSamples { samples throws(CodecError) in
            try unsafe samples.withUnsafeBufferPointer { source throws(CodecError) in
                guard let base = source.baseAddress else { throw CodecError.malfunction(detail: "no samples") }
                do throws(CodecError) {
                    try unsafe ShimCall.check(format) { message in unsafe encode(base, &bytes, &count, message) }
                } catch .malformed(_, let detail) {
                    // An encoder that finds fault with pixels of ours is a malfunction.
                    throw CodecError.malfunction(detail: detail)
                }
            }
        }
        return unsafe [UInt8](UnsafeBufferPointer(start: bytes, count: count))
    }

    /// A shape in the library's own integers.
    private struct Size {
        let width: UInt32
        let height: UInt32
        let channels: Int32

        init(_ shape: PixelShape, side: Int) throws(CodecError) {
            try ImageHeader.check(.width, shape.width, side)
            try ImageHeader.check(.height, shape.height, side)
            width = UInt32(shape.width)
            height = UInt32(shape.height)
            channels = Int32(shape.channels)
        }
    }
}
