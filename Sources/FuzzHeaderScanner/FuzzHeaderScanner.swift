import ImageCodecs
import PixelCore

private let limits = DecodeLimits(
    encodedBytes: 1 << 20, width: 16_384, height: 16_384, pixels: 50_000_000, workingBytes: 256 << 20,
    progressiveScans: 100, ancillaryBytes: 1 << 20)

/// libFuzzer's entry: any bytes as a body that arrives in pieces; the first byte says how large they are.
///
/// A crash, a hang or a leak is a finding, and so is an answer that depends on the pieces.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHeaderScanner(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = input.first else { return 0 }
    let body = Array(input.dropFirst())
    let pieces = scan(body, piece: Int(first) + 1)
    precondition(pieces == scan(body, piece: 1), "the answer must not depend on how the body is cut")
    return 0
}

/// The header, or the error, that the body led to.
private func scan(_ body: [UInt8], piece: Int) -> Result<ImageHeader?, CodecError> {
    var scanner = HeaderScanner(limits: limits)
    var position = 0
    do throws(CodecError) {
        while position < body.count {
            let end = min(body.count, position + piece)
            if let header = try scanner.feed(body.span.extracting(position..<end)) { return .success(header) }
            position = end
        }
        return .success(nil)
    } catch {
        return .failure(error)
    }
}
