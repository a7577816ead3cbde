internal import CImageShim
internal import PixelCore

/// What one pass over the chunks of a PNG finds, before any of it is decoded.
struct PNGContainer {
    let header: PNGHeader
    private(set) var facts: ContainerFacts
    /// A tRNS chunk gives the image an alpha channel.
    private(set) var hasTransparency = false

    /// The thumbnail in EXIF data.
    var thumbnail: ThumbnailPlace? { details?.thumbnail.map(ThumbnailPlace.jpeg) }

    /// The offset after the last byte of image data.
    private(set) var dataEnd = 0

    private let limits: DecodeLimits
    private let cancellation: CancellationFlag
    private var search: SignatureSearch
    private var exif: EXIFOrientation?
    private var details: EXIFDetails?
    private var ancillaryBytes = 0
    private var declaredFrames = 0
    private var frameControls = 0
    private var isFirstFrameSeparate = false
    private var hasImageData = false

    /// Walks every chunk through IEND, then what trails it. CRCs are the decoder's to check.
    ///
    /// Throws `overLimit` from the header, or where the compressed ancillary chunks inflate to too much; `malformed` where
    /// the chunks do not fit into each other or IEND is missing; `cancelled`, asked at every chunk and within long ones.
    /// Inflates at most `limits.ancillaryBytes`.
    init(_ bytes: Span<UInt8>, limits: DecodeLimits, cancellation: CancellationFlag) throws(CodecError) {
        guard bytes.count >= PNGHeader.byteCount else { throw PNGHeader.malformed("truncated header") }
        header = try PNGHeader(bytes)
        try header.imageHeader.check(limits)
        self.limits = limits
        self.cancellation = cancellation
        search = SignatureSearch(cancellation: cancellation)
        facts = ContainerFacts(
            format: .png, encodedBytes: bytes.count, codedWidth: header.width, codedHeight: header.height,
            bitDepth: header.bitDepth, components: header.components, colourModel: header.colourModel)
        facts.isProgressive = header.isInterlaced
        if header.bitDepth == 16 { note(.sixteenBits) }

        var position = PNGHeader.byteCount
        while true {
            if cancellation.isRaised { throw CodecError.cancelled }
            guard let length = bytes.big32(at: position), let type = bytes.big32(at: position + 4),
                length <= bytes.count - position - 12
            else { throw PNGHeader.malformed("truncated") }
            let payload = position + 8..<position + 8 + length
            position = payload.upperBound + 4
            if type == Chunk.end { break }
            // The standard has all image data in a row; a second run is where a decoder stops looking.
            if type == Chunk.data, hasImageData, dataEnd + 12 != payload.lowerBound {
                throw PNGHeader.malformed("image data in two places")
            }
            try visit(type, bytes, payload)
        }
        try finish(bytes, end: position)
    }

    /// Chunk types as big-endian numbers.
    private enum Chunk {
        static let end = code("IEND"), data = code("IDAT"), palette = code("PLTE")
        static let transparency = code("tRNS"), background = code("bKGD"), gamma = code("gAMA")
        static let profile = code("iCCP"), codePoints = code("cICP"), exif = code("eXIf")
        static let text = code("tEXt"), compressedText = code("zTXt"), internationalText = code("iTXt")
        static let animation = code("acTL"), frameControl = code("fcTL"), frameData = code("fdAT")

        private static func code(_ name: StaticString) -> Int {
            var value = 0
            for byte in "\(name)".utf8 { value = value << 8 | Int(byte) }
            return value
        }
    }

    private mutating func visit(_ type: Int, _ bytes: Span<UInt8>, _ payload: Range<Int>) throws(CodecError) {
        switch type {
        case Chunk.data:
            hasImageData = true
            dataEnd = payload.upperBound
            return
        case Chunk.frameData:
            note(.animationFrames)
        case Chunk.transparency:
            hasTransparency = true
            note(.backgroundColour)
        case Chunk.background:
            note(.backgroundColour)
        case Chunk.gamma:
            noteGamma(bytes, payload)
        case Chunk.profile:
            note(.iccProfile)
            try countInflated(bytes, Self.afterName(bytes, payload, skipping: 1), payload)
        case Chunk.codePoints:
            note(.iccProfile)
        case Chunk.text:
            noteTextOrientation(bytes, payload, packet: Self.afterName(bytes, payload, skipping: 0))
        case Chunk.compressedText:
            noteTextOrientation(bytes, payload, packet: nil)
            try countInflated(bytes, Self.afterName(bytes, payload, skipping: 1), payload)
        case Chunk.internationalText:
            noteTextOrientation(bytes, payload, packet: Self.afterTextHead(bytes, payload, isCompressed: false))
            try countInflated(bytes, Self.afterTextHead(bytes, payload, isCompressed: true), payload)
        case Chunk.animation:
            declaredFrames = max(declaredFrames, bytes.big32(at: payload.lowerBound) ?? 0)
        case Chunk.frameControl:
            if frameControls == 0 { isFirstFrameSeparate = hasImageData }
            frameControls += 1
        case Chunk.exif:
            let found = EXIFOrientation(in: bytes, from: payload.lowerBound, to: payload.upperBound)
            if exif == nil { exif = found } else { exif?.addPart() }
            if details == nil { details = EXIFDetails(in: bytes, payload) }
        default:
            break
        }
        // A thumbnail inside EXIF data is normal, and three colours of a palette may look like a start of image. The CRC is
        // searched too: it can be made to say anything.
        let exempt = type == Chunk.exif || type == Chunk.palette ? "jpeg" : nil
        try search.search(bytes, payload.lowerBound..<payload.upperBound + 4, exempt: exempt)
    }

    private mutating func finish(_ bytes: Span<UInt8>, end: Int) throws(CodecError) {
        facts.trailingBytes = bytes.count - end
        var trailing = SignatureSearch(cancellation: cancellation)
        try trailing.search(bytes, end..<bytes.count)
        if trailing.found.contains("png") || trailing.found.contains("jpeg") { note(.severalImages) }
        facts.embeddedFormats = search.found + trailing.found.filter { !search.found.contains($0) }
        facts.frames = max(1, declaredFrames, frameControls)
        if facts.frames > 1 || isFirstFrameSeparate { note(.animationFrames) }
        facts.exifOrientation = exif?.value
        facts.exifSize = details?.size
        if let exif, exif.isDoubtful || exif.value ?? 1 != 1 { note(.exifOrientation) }
    }

    private mutating func note(_ difference: ViewerDifference) {
        if !facts.viewerDifferences.contains(difference) { facts.viewerDifferences.append(difference) }
    }

    private static let packetKeyword = Array("XML:com.adobe.xmp\0".utf8)
    /// Keywords of text chunks that carry EXIF data or an XMP packet in a way that is not read here.
    private static let unreadProfiles = [
        "raw profile type exif\0", "raw profile type app1\0", "raw profile type xmp\0", "exif\0", "xmp\0",
    ]

    /// Text chunks can carry an orientation that some viewers obey: an XMP packet, or EXIF data in hexadecimal digits.
    /// `packet` is where the text begins; nil for one that is compressed, which is not read here, or broken.
    private mutating func noteTextOrientation(_ bytes: Span<UInt8>, _ payload: Range<Int>, packet: Int?) {
        let start = payload.lowerBound
        // A file may consist of millions of empty texts.
        guard payload.count > 4 else { return }
        if bytes.holds(Self.packetKeyword, at: start) {
            let isOne = packet.map { !XMPOrientation.isTurned(bytes, $0..<payload.upperBound) } ?? false
            if !isOne { note(.exifOrientation) }
        } else if Self.unreadProfiles.contains(where: { bytes.holdsText($0, at: start) }) {
            note(.exifOrientation)
        }
    }

    /// 45455 is 1/2.2 in the chunk's unit; within 5 % no viewer shows a difference that an eye would see.
    private mutating func noteGamma(_ bytes: Span<UInt8>, _ payload: Range<Int>) {
        guard let gamma = bytes.big32(at: payload.lowerBound), payload.count == 4 else { return }
        if abs(gamma - 45455) > 2273 { note(.gamma) }
    }

    /// The offset after a zero-terminated name and `skipping` bytes; nil when the payload ends before.
    private static func afterName(_ bytes: Span<UInt8>, _ payload: Range<Int>, skipping: Int) -> Int? {
        var i = payload.lowerBound
        while i < payload.upperBound, bytes[i] != 0 { i += 1 }
        let start = i + 1 + skipping
        return start <= payload.upperBound ? start : nil
    }

    /// The offset of an iTXt chunk's text, behind keyword, flag, method, language and translated keyword; nil where the
    /// flag says otherwise than `isCompressed`, or the head is broken.
    private static func afterTextHead(_ bytes: Span<UInt8>, _ payload: Range<Int>, isCompressed: Bool) -> Int? {
        guard let flags = afterName(bytes, payload, skipping: 2), bytes[flags - 2] == (isCompressed ? 1 : 0),
            let translated = afterName(bytes, flags..<payload.upperBound, skipping: 0)
        else { return nil }
        return afterName(bytes, translated..<payload.upperBound, skipping: 0)
    }

    private mutating func countInflated(
        _ bytes: Span<UInt8>, _ start: Int?, _ payload: Range<Int>
    ) throws(CodecError) {
        guard let start else { return }
        let left = limits.ancillaryBytes - ancillaryBytes
        let stream = bytes.extracting(start..<payload.upperBound)
        ancillaryBytes += unsafe stream.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            return unsafe pc_inflated_size(
                base, buffer.count, left, CancellationPoll.ask, CancellationPoll.context(cancellation))
        }
        if cancellation.isRaised { throw CodecError.cancelled }
        try ImageHeader.check(.ancillaryBytes, ancillaryBytes, limits.ancillaryBytes)
    }
}
