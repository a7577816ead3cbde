import ImageCodecs
import PixelCore

/// Small enough that an input within the fuzzer's length cannot honestly reach them, large enough to decode.
private let limits = DecodeLimits(
    encodedBytes: 1 << 20, width: 4096, height: 4096, pixels: 1 << 20, workingBytes: 64 << 20, progressiveScans: 20,
    ancillaryBytes: 1 << 20)

/// libFuzzer's entry: any bytes as an image. An image or an error is fine; a crash, a hang or a leak is not, and neither
/// is an image that does not come back from its stored PNG.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzImageDecoder(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let decoder = ImageDecoder(limits: limits, options: DecodeOptions(orientation: .apply))
    guard let decoded = try? decoder.decode(bytes, cancellation: CancellationFlag()) else { return 0 }
    let again = try? decoder.decode(
        ImageEncoder.encode(decoded.image, as: .png(.stored)), cancellation: CancellationFlag())
    // A stored PNG of a large image may itself be over the limit on encoded bytes.
    guard let again else { return 0 }
    precondition(samples(of: again.image) == samples(of: decoded.image), "a stored PNG must be lossless")
    return 0
}

private func samples(of image: Image) -> [UInt8] {
    image.withSamples { span in span.indices.map { span[$0] } }
}
