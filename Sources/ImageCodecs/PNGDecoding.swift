internal import CImageShim
internal import PixelCore

/// Decodes one PNG.
struct PNGDecoding {
    let limits: DecodeLimits
    let options: DecodeOptions
    let cancellation: CancellationFlag

    /// The pixels and facts of `bytes`, which begin with a PNG's signature.
    func decode(_ bytes: [UInt8]) throws(CodecError) -> DecodedImage {
        let container = try PNGContainer(bytes.span, limits: limits)
        return try unsafe bytes.withUnsafeBufferPointer { buffer throws(CodecError) in
            try unsafe decode(buffer, container)
        }
    }

    private func decode(_ bytes: UnsafeBufferPointer<UInt8>, _ container: PNGContainer) throws(CodecError)
        -> DecodedImage
    {
        let reader = try unsafe PNGReader(bytes, dataEnd: container.dataEnd, limits: limits)
        var facts = container.facts
        let orientation = options.orientation == .apply ? facts.exifOrientation ?? 1 : 1
        facts.isOrientationApplied = orientation != 1
        var assembly = PixelAssembly(
            width: container.header.width, height: container.header.height, orientation: orientation,
            cancellation: cancellation, conversion: reader.conversion(background: options.background))
        let working = PixelAssembly.workingBytes(
            passes: reader.passes, inputRowBytes: reader.rowBytes, height: container.header.height,
            isDirect: assembly.isDirect)
        try ImageHeader.check(.workingBytes, working, limits.workingBytes)
        let image = try assembly.run(reader)
        let left = try checkLeftData(reader, container)
        if !left.isEmpty { facts.noteEmbedded(in: unsafe Span(_unsafeElements: bytes).extracting(left)) }
        try reader.finish()
        if assembly.conversion.hidesColour { facts.viewerDifferences.append(.colourUnderAlpha) }
        return DecodedImage(image: image, facts: facts)
    }
}

extension PNGDecoding {
    /// Most bytes of image data that may be left after the last row: the checksum, and the heads of a few empty chunks.
    ///
    /// libpng would inflate all that is left before it says that it is too much: a bomb behind an honest picture.
    private static let leftLimit = 1024

    /// The image data that libpng has not taken after the last row; what a second stream could hide in.
    private func checkLeftData(_ reader: PNGReader, _ container: PNGContainer) throws(CodecError) -> Range<Int> {
        let position = reader.position
        guard position < container.dataEnd else { return 0..<0 }
        guard container.dataEnd - position <= Self.leftLimit else {
            throw PNGHeader.malformed("\(container.dataEnd - position) bytes of image data after the last row")
        }
        return position..<container.dataEnd
    }
}

/// libpng over bytes in memory. The bytes must stay where they are while it lives.
@safe private final class PNGReader: RowReader {
    private let handle: OpaquePointer
    private var info = pc_png_info()

    init(_ bytes: UnsafeBufferPointer<UInt8>, dataEnd: Int, limits: DecodeLimits) throws(CodecError) {
        guard let base = bytes.baseAddress, let handle = unsafe pc_png_create(base, bytes.count) else {
            throw .malfunction(detail: "out of memory")
        }
        unsafe self.handle = handle
        unsafe pc_png_set_data_end(handle, dataEnd)
        try readHeader(limits)
    }

    deinit {
        unsafe pc_png_close(handle)
    }

    private func readHeader(_ limits: DecodeLimits) throws(CodecError) {
        let (width, height) = (UInt32(clamping: limits.width), UInt32(clamping: limits.height))
        try unsafe ShimCall.check(.png) { message in
            unsafe pc_png_read_header(handle, width, height, &info, message)
        }
    }

    var passes: Int { Int(info.passes) }

    /// Bytes of a row as read.
    var rowBytes: Int { info.row_bytes }

    /// How rows become 8-bit grey or RGB.
    func conversion(background: [UInt8]) -> RowConversion {
        let isSixteenBits = info.row_depth == 16
        let source: RowConversion.Source
        if info.row_channels % 2 == 0 {
            source = .alpha(isSixteenBits: isSixteenBits)
        } else {
            source = isSixteenBits ? .sixteenBits : .plain
        }
        return RowConversion(
            source: source, channels: Int(info.row_channels), width: Int(info.width), background: background)
    }

    func read(_ rows: UnsafeMutablePointer<UInt8>, stride: Int, count: Int) throws(CodecError) {
        try unsafe ShimCall.check(.png) { message in unsafe pc_png_read_rows(handle, rows, stride, count, message) }
    }

    /// Bytes taken from the start.
    var position: Int { unsafe pc_png_position(handle) }

    /// Reads what comes after the image data.
    func finish() throws(CodecError) {
        try unsafe ShimCall.check(.png) { message in unsafe pc_png_finish(handle, message) }
    }
}
