package import PixelCore

/// Reads an image's header while the body arrives, in any chunking, and refuses the body there.
///
/// Holds at most `ImageSniffer.prefixBytes` bytes of it, however many segments come before a JPEG's frame header, and
/// counts every byte against `DecodeLimits.encodedBytes`.
package struct HeaderScanner: Sendable {
    private enum State {
        /// Collecting the first bytes until they prove a format.
        case signature
        /// Collecting the signature and the IHDR chunk.
        case pngHeader
        /// Before the 0xFF of a marker.
        case markerStart
        /// After a marker's 0xFF.
        case markerCode
        /// Collecting the two bytes of the length of the segment of this marker.
        case segmentLength(UInt8)
        /// Passing over a segment.
        case skipping(Int)
        /// Collecting the payload of a frame header of this marker and length.
        case frame(UInt8, Int)
        /// The header is known.
        case found(ImageHeader)
    }

    private let limits: DecodeLimits
    private var state = State.signature
    private var collected: [UInt8] = []
    private var received = 0

    /// A scanner before the first byte.
    package init(limits: DecodeLimits) {
        self.limits = limits
    }

    /// Takes the next bytes of the body; the header once it is known, nil before.
    ///
    /// Throws `overLimit` as soon as the header or the number of bytes passes a limit, `unsupported` for a body that is
    /// neither PNG nor JPEG (once `ImageSniffer.prefixBytes` bytes are there to name it by) or a refused variant, and
    /// `malformed` for a broken header. After a throw the scanner must not be fed again.
    package mutating func feed(_ bytes: Span<UInt8>) throws(CodecError) -> ImageHeader? {
        received += bytes.count
        try ImageHeader.check(.encodedBytes, received, limits.encodedBytes)
        var position = 0
        while position < bytes.count {
            switch state {
            case .found(let header):
                return header
            case .skipping(let left):
                let step = min(left, bytes.count - position)
                position += step
                state = step == left ? .markerStart : .skipping(left - step)
            default:
                try take(bytes[position])
                position += 1
            }
        }
        if case .found(let header) = state { return header }
        return nil
    }

    private mutating func take(_ byte: UInt8) throws(CodecError) {
        switch state {
        case .signature:
            collected.append(byte)
            try judgeSignature()
        case .pngHeader:
            collected.append(byte)
            if collected.count == PNGHeader.byteCount { try finish(PNGHeader(collected.span).imageHeader) }
        case .markerStart:
            // Bytes before a marker are passed over as libjpeg does; the decoder counts and judges them.
            if byte == 0xFF { state = .markerCode }
        case .markerCode:
            try takeMarker(byte)
        case .segmentLength(let code):
            collected.append(byte)
            if collected.count == 2 { try beginSegment(code) }
        case .frame(let code, let length):
            collected.append(byte)
            if collected.count == min(length, JPEGFrameHeader.byteCount) { try finishFrame(code, length) }
        case .skipping, .found:
            break
        }
    }

    private mutating func judgeSignature() throws(CodecError) {
        if collected.span.holds(ImageSniffer.jpegSignature, at: 0) {
            state = .markerCode
            collected = []
        } else if collected.span.holds(ImageSniffer.pngSignature, at: 0) {
            state = .pngHeader
        } else if collected.count >= ImageSniffer.prefixBytes {
            throw ImageDecoder.refusal(of: collected.span)
        }
    }

    private mutating func takeMarker(_ code: UInt8) throws(CodecError) {
        switch code {
        case 0xFF:
            break
        case 0x00, 0x01, 0xD0...0xD7:
            state = .markerStart
        case 0xD8:
            throw JPEGFrameHeader.malformed("second start of image")
        case 0xD9, 0xDA:
            throw JPEGFrameHeader.malformed("no frame header before the image data")
        default:
            collected = []
            state = .segmentLength(code)
        }
    }

    private mutating func beginSegment(_ code: UInt8) throws(CodecError) {
        let length = Int(collected[0]) << 8 | Int(collected[1])
        guard length >= 2 else { throw JPEGFrameHeader.malformed("segment length") }
        collected = []
        if JPEGFrameHeader.isFrame(code) {
            state = .frame(code, length - 2)
            if length == 2 { try finishFrame(code, 0) }
        } else {
            state = length == 2 ? .markerStart : .skipping(length - 2)
        }
    }

    private mutating func finishFrame(_ code: UInt8, _ length: Int) throws(CodecError) {
        try finish(JPEGFrameHeader(code: code, payload: collected.span, length: length).imageHeader)
    }

    private mutating func finish(_ header: ImageHeader) throws(CodecError) {
        try header.check(limits)
        collected = []
        state = .found(header)
    }
}
