internal import CImageShim
internal import PixelCore

/// What one pass over the chunks of a PNG finds, before any of it is decoded.
struct PNGContainer {
    let header: PNGHeader
    private(set) var facts: ContainerFacts
    /// A tRNS chunk gives the image an alpha channel.
    private(set) var hasTransparency = false

    /// The offset after the last byte of image data.
    private(set) var dataEnd = 0

    private let limits: DecodeLimits
    private var search = SignatureSearch()
    private var ancillaryBytes = 0
    private var declaredFrames = 0
    private var frameControls = 0
    private var isFirstFrameSeparate = false
    private var hasImageData = false

    /// Walks every chunk through IEND, then what trails it. CRCs are the decoder's to check.
    ///
    /// Throws `overLimit` from the header, or where the compressed ancillary chunks inflate to too much; `malformed` where
    /// the chunks do not fit into each other or IEND is missing. Inflates at most `limits.ancillaryBytes`.
    init(_ bytes: Span<UInt8>, limits: DecodeLimits) throws(CodecError) {
        guard bytes.count >= PNGHeader.byteCount else { throw PNGHeader.malformed("truncated header") }
        header = try PNGHeader(bytes)
        try header.imageHeader.check(limits)
        self.limits = limits
        facts = ContainerFacts(
            format: .png, encodedBytes: bytes.count, codedWidth: header.width, codedHeight: header.height,
            bitDepth: header.bitDepth, components: header.components, colourModel: header.colourModel)
        facts.isProgressive = header.isInterlaced
        if header.bitDepth == 16 { note(.sixteenBits) }

        var position = PNGHeader.byteCount
        while true {
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
        finish(bytes, end: position)
    }

    /// Chunk types as big-endian numbers.
    private enum Chunk {
        static let end = code("IEND"), data = code("IDAT"), palette = code("PLTE")
        static let transparency = code("tRNS"), background = code("bKGD"), gamma = code("gAMA")
        static let profile = code("iCCP"), codePoints = code("cICP"), exif = code("eXIf")
        static let compressedText = code("zTXt"), internationalText = code("iTXt")
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
        case Chunk.palette:
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
        case Chunk.compressedText:
            try countInflated(bytes, Self.afterName(bytes, payload, skipping: 1), payload)
        case Chunk.internationalText:
            try countInflated(bytes, Self.afterTextHead(bytes, payload), payload)
            // A compressed packet is not read here; other viewers read it.
            let isPacket = bytes.holds(Array("XML:com.adobe.xmp\0".utf8), at: payload.lowerBound)
            let isCompressed = isPacket && payload.count > 18 && bytes[payload.lowerBound + 18] != 0
            if isPacket, isCompressed || XMPOrientation.isTurned(bytes, payload) { note(.exifOrientation) }
        case Chunk.animation:
            declaredFrames = max(declaredFrames, bytes.big32(at: payload.lowerBound) ?? 0)
        case Chunk.frameControl:
            if frameControls == 0 { isFirstFrameSeparate = hasImageData }
            frameControls += 1
        case Chunk.exif:
            if facts.exifOrientation == nil {
                facts.exifOrientation = EXIFOrientation.find(
                    in: bytes, from: payload.lowerBound, to: payload.upperBound)
            }
        default:
            break
        }
        // A thumbnail inside EXIF data is normal.
        search.search(bytes, payload, exempt: type == Chunk.exif ? "jpeg" : nil)
    }

    private mutating func finish(_ bytes: Span<UInt8>, end: Int) {
        facts.trailingBytes = bytes.count - end
        var trailing = SignatureSearch()
        trailing.search(bytes, end..<bytes.count)
        if trailing.found.contains("png") || trailing.found.contains("jpeg") { note(.severalImages) }
        facts.embeddedFormats = search.found + trailing.found.filter { !search.found.contains($0) }
        facts.frames = max(1, declaredFrames, frameControls)
        if facts.frames > 1 || isFirstFrameSeparate { note(.animationFrames) }
        if let orientation = facts.exifOrientation, orientation != 1 { note(.exifOrientation) }
    }

    private mutating func note(_ difference: ViewerDifference) {
        if !facts.viewerDifferences.contains(difference) { facts.viewerDifferences.append(difference) }
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

    /// The offset of an iTXt chunk's text where it is compressed: keyword, flag, method, language, translated keyword.
    private static func afterTextHead(_ bytes: Span<UInt8>, _ payload: Range<Int>) -> Int? {
        guard let flags = afterName(bytes, payload, skipping: 2), bytes[flags - 2] == 1,
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
            return unsafe pc_inflated_size(base, buffer.count, left)
        }
        try ImageHeader.check(.ancillaryBytes, ancillaryBytes, limits.ancillaryBytes)
    }
}
