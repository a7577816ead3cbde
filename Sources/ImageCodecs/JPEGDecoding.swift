internal import CImageShim
internal import PixelCore

/// Decodes one JPEG.
struct JPEGDecoding {
    let limits: DecodeLimits
    let options: DecodeOptions
    let cancellation: CancellationFlag
    /// False for a thumbnail, so that none is looked for inside it.
    var readsThumbnail = true

    /// The pixels and facts of `bytes`, which begin with a start of image.
    func decode(_ bytes: [UInt8]) throws(CodecError) -> DecodedImage {
        var container = try JPEGContainer(bytes.span, limits: limits, cancellation: cancellation)
        let image: Image
        let ending: JPEGReader.Ending
        (image, ending) = try unsafe bytes.withUnsafeBufferPointer { buffer throws(CodecError) in
            try unsafe decode(buffer, &container)
        }
        try container.finish(bytes.span, left: ending.left, extraneous: ending.extraneous, model: ending.model)
        if readsThumbnail, let place = container.thumbnail {
            let reader = ThumbnailReader(
                codedWidth: container.frame.width, codedHeight: container.frame.height,
                orientation: container.facts.isOrientationApplied ? container.facts.exifOrientation ?? 1 : 1,
                cancellation: cancellation)
            container.facts.thumbnail = try reader.read(place, of: bytes.span)
        }
        return DecodedImage(image: image, facts: container.facts)
    }

    private func decode(
        _ bytes: UnsafeBufferPointer<UInt8>, _ container: inout JPEGContainer
    ) throws(CodecError) -> (Image, JPEGReader.Ending) {
        let reader = try unsafe JPEGReader(bytes, limits: limits, cancellation: cancellation)
        let frame = container.frame
        guard reader.isOf(frame) else { throw JPEGFrameHeader.malformed("two frame headers") }
        // libjpeg's own view: sequential images in several scans are held whole as well.
        try ImageHeader.check(.workingBytes, reader.coefficientBytes, limits.workingBytes)
        let orientation = options.orientation == .apply ? container.facts.exifOrientation ?? 1 : 1
        container.facts.isOrientationApplied = orientation != 1
        var assembly = PixelAssembly(
            width: frame.width, height: frame.height, orientation: orientation, cancellation: cancellation,
            conversion: reader.conversion)
        try reader.start()
        let image = try assembly.run(reader)
        return (image, try reader.finish())
    }
}

/// libjpeg-turbo over bytes in memory. The bytes and the flag must outlive it.
@safe private final class JPEGReader: RowReader {
    /// What is known when the last byte was read.
    struct Ending {
        /// Bytes after the end of the image.
        let left: Int
        /// Bytes that were passed over before markers.
        let extraneous: Int
        let model: ColourModel
    }

    private let handle: OpaquePointer
    private var info = pc_jpeg_info()
    private let limits: DecodeLimits

    init(
        _ bytes: UnsafeBufferPointer<UInt8>, limits: DecodeLimits, cancellation: CancellationFlag
    ) throws(CodecError) {
        let scans = Int32(clamping: limits.progressiveScans)
        guard let base = bytes.baseAddress,
            let handle = unsafe pc_jpeg_create(
                base, bytes.count, scans, CancellationPoll.ask, CancellationPoll.context(cancellation))
        else { throw .malfunction(detail: "out of memory") }
        unsafe self.handle = handle
        self.limits = limits
        try unsafe ShimCall.check(.jpeg) { message in unsafe pc_jpeg_read_header(handle, &info, message) }
    }

    deinit {
        unsafe pc_jpeg_close(handle)
    }

    var passes: Int { 1 }

    /// Bytes of the coefficients held for the whole image.
    var coefficientBytes: Int { Int(clamping: info.coefficient_bytes) }

    /// True when libjpeg read the same frame header as the walk over the segments.
    func isOf(_ frame: JPEGFrameHeader) -> Bool {
        Int(info.width) == frame.width && Int(info.height) == frame.height
            && Int(info.components) == frame.components.count && (info.is_progressive != 0) == frame.isProgressive
    }

    /// How rows become 8-bit grey or RGB.
    var conversion: RowConversion {
        let channels = Int(info.row_channels)
        return RowConversion(
            source: channels == 4 ? .invertedCMYK : .plain, channels: channels, width: Int(info.width),
            background: [0, 0, 0])
    }

    func start() throws(CodecError) {
        try unsafe check { message in unsafe pc_jpeg_start(handle, message) }
    }

    func read(_ rows: UnsafeMutablePointer<UInt8>, stride: Int, count: Int) throws(CodecError) {
        try unsafe check { message in unsafe pc_jpeg_read_rows(handle, rows, stride, count, message) }
    }

    /// Reads through the end of the image.
    func finish() throws(CodecError) -> Ending {
        var left = 0
        var extraneous = 0
        try unsafe check { message in unsafe pc_jpeg_finish(handle, &left, &extraneous, message) }
        return Ending(left: left, extraneous: extraneous, model: model)
    }

    /// The count of scans is checked before decoding; the shim's own check holds even where the two counts differ.
    private func check(_ body: (UnsafeMutablePointer<pc_message>) -> pc_status) throws(CodecError) {
        var isTooMany = false
        try unsafe ShimCall.check(.jpeg) { message in
            let status = unsafe body(message)
            isTooMany = status == PC_TOO_MANY_SCANS
            return isTooMany ? PC_OK : status
        }
        if isTooMany {
            throw .overLimit(.progressiveScans, value: limits.progressiveScans + 1, limit: limits.progressiveScans)
        }
    }

    private var model: ColourModel {
        switch info.model {
        case PC_GREY: .grey
        case PC_RGB: .rgb
        case PC_CMYK: .cmyk
        case PC_YCCK: .ycck
        default: .yCbCr
        }
    }
}
