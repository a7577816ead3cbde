internal import CImageShim
internal import PixelCore

/// libpng over bytes in memory. The bytes and the flag must outlive it.
@safe final class PNGReader: RowReader {
    private let handle: OpaquePointer
    private var info = pc_png_info()

    /// `dataEnd` is the offset after the last byte of image data.
    init(
        _ bytes: UnsafeBufferPointer<UInt8>, dataEnd: Int, limits: DecodeLimits, cancellation: CancellationFlag
    ) throws(CodecError) {
        guard let base = bytes.baseAddress,
            let handle = unsafe pc_png_create(
                base, bytes.count, CancellationPoll.ask, CancellationPoll.context(cancellation))
        else { throw .malfunction(detail: "out of memory") }
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
