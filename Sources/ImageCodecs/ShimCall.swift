internal import CImageShim

/// Turns what the C shim reports into our errors.
enum ShimCall {
    /// Runs `body` with an empty message; throws the error that its status and message stand for.
    static func check(
        _ format: ImageFormat, _ body: (UnsafeMutablePointer<pc_message>) -> pc_status
    ) throws(CodecError) {
        var message = pc_message()
        let status = unsafe body(&message)
        if status == PC_OK { return }
        throw error(status, message, format)
    }

    private static func error(_ status: pc_status, _ message: pc_message, _ format: ImageFormat) -> CodecError {
        let detail = text(of: message)
        switch status {
        case PC_UNSUPPORTED: return .unsupported(detected: detail)
        case PC_CANCELLED: return .cancelled
        case PC_NO_MEMORY: return .malfunction(detail: "out of memory")
        default: return .malformed(format: format, detail: detail)
        }
    }

    /// The message up to its zero; bytes that are no ASCII text become question marks, since they may come from the file.
    private static func text(of message: pc_message) -> String {
        let bytes = unsafe withUnsafeBytes(of: message) { unsafe [UInt8]($0) }
        let printable = bytes.prefix { $0 != 0 }.map { (0x20...0x7E).contains($0) ? $0 : 0x3F }
        return String(decoding: printable, as: UTF8.self)
    }
}
