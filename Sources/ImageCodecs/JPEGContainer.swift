internal import CImageShim
internal import PixelCore

/// What one pass over the segments of a JPEG finds, before any of it is decoded.
struct JPEGContainer {
    let frame: JPEGFrameHeader
    var facts: ContainerFacts
    /// The offset after the end-of-image marker.
    let end: Int
    /// The thumbnail: EXIF's, or else the first of JFIF and JFXX.
    let thumbnail: ThumbnailPlace?
    private let cancellation: CancellationFlag

    /// Walks every segment through the end of the image; entropy-coded data is passed over from 0xFF to 0xFF.
    ///
    /// Throws `overLimit` from the frame header or where the scans are too many; `unsupported` for refused variants;
    /// `malformed` where segments do not fit, the frame header is missing or doubled, or the end of image is missing;
    /// `cancelled`, asked at every segment.
    init(_ bytes: Span<UInt8>, limits: DecodeLimits, cancellation: CancellationFlag) throws(CodecError) {
        self.cancellation = cancellation
        var walk = Walk(limits: limits, cancellation: cancellation)
        end = try walk.run(bytes)
        guard let frame = walk.frame, walk.scans > 0 else { throw JPEGFrameHeader.malformed("no image data") }
        self.frame = frame
        facts = ContainerFacts(
            format: .jpeg, encodedBytes: bytes.count, codedWidth: frame.width, codedHeight: frame.height, bitDepth: 8,
            components: frame.components.count, colourModel: .yCbCr)
        facts.isProgressive = frame.isProgressive
        facts.scans = walk.scans
        facts.exifOrientation = walk.exif?.value
        facts.quantization = walk.tables.facts(for: frame)
        facts.exifSize = walk.details?.size
        thumbnail = walk.details?.thumbnail.map(ThumbnailPlace.jpeg) ?? walk.thumbnail
        facts.embeddedFormats = walk.search.found
        let isTurned = walk.exif.map { $0.isDoubtful || $0.value ?? 1 != 1 } ?? false
        if isTurned || walk.isTurnedByXMP { facts.viewerDifferences.append(.exifOrientation) }
        if walk.hasProfile { facts.viewerDifferences.append(.iccProfile) }
        if frame.components.count == 4 { facts.viewerDifferences.append(.fourComponents) }
    }

    /// Completes the facts once the decoder knows where the image really ended: `left` bytes before the end of `bytes`.
    mutating func finish(_ bytes: Span<UInt8>, left: Int, extraneous: Int, model: ColourModel) throws(CodecError) {
        facts.colourModel = model
        facts.extraneousBytes = extraneous
        facts.trailingBytes = left
        var trailing = SignatureSearch(cancellation: cancellation)
        try trailing.search(bytes, bytes.count - left..<bytes.count)
        let found = facts.embeddedFormats
        facts.embeddedFormats += trailing.found.filter { !found.contains($0) }
        let isSecondImage = trailing.found.contains("jpeg") || trailing.found.contains("png")
        // Two readings of where the image ends: two decoders may show two images.
        if isSecondImage || bytes.count - left != end { facts.viewerDifferences.append(.severalImages) }
    }
}

/// The state of a pass over a JPEG's segments.
private struct Walk {
    let limits: DecodeLimits
    var frame: JPEGFrameHeader?
    var scans = 0
    var exif: EXIFOrientation?
    var hasProfile = false
    /// An XMP packet gives another orientation than 1.
    var isTurnedByXMP = false
    /// Of the first part with EXIF data.
    var details: EXIFDetails?
    var thumbnail: ThumbnailPlace?
    var search: SignatureSearch
    private let cancellation: CancellationFlag
    private(set) var tables = QuantizationTables()

    init(limits: DecodeLimits, cancellation: CancellationFlag) {
        self.limits = limits
        self.cancellation = cancellation
        search = SignatureSearch(cancellation: cancellation)
    }

    /// The offset after the end of the image.
    mutating func run(_ bytes: Span<UInt8>) throws(CodecError) -> Int {
        var position = 2
        while true {
            if cancellation.isRaised { throw CodecError.cancelled }
            let code = try Self.nextMarker(bytes, &position)
            switch code {
            case 0x01, 0xD0...0xD7:
                continue
            case 0xD8:
                throw JPEGFrameHeader.malformed("second start of image")
            case 0xD9:
                return position
            default:
                break
            }
            guard let length = bytes.big16(at: position), length >= 2, length <= bytes.count - position else {
                throw JPEGFrameHeader.malformed("truncated")
            }
            let payload = position + 2..<position + length
            position = payload.upperBound
            if code == 0xDA {
                try beginScan(bytes.extracting(payload))
                position = Self.entropyEnd(bytes, from: position)
            } else {
                try visit(code, bytes, payload)
            }
        }
    }

    /// The code of the next marker; `position` moves behind it. Passes over what is none, as libjpeg does.
    private static func nextMarker(_ bytes: Span<UInt8>, _ position: inout Int) throws(CodecError) -> UInt8 {
        while position < bytes.count {
            if bytes[position] != 0xFF {
                position += 1
                continue
            }
            while position < bytes.count, bytes[position] == 0xFF { position += 1 }
            guard position < bytes.count else { break }
            position += 1
            if bytes[position - 1] != 0 { return bytes[position - 1] }
        }
        throw JPEGFrameHeader.malformed("truncated: no end of image")
    }

    private static func entropyEnd(_ bytes: Span<UInt8>, from: Int) -> Int {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return from }
            return unsafe pc_entropy_end(base, buffer.count, from)
        }
    }

    private mutating func beginScan(_ header: Span<UInt8>) throws(CodecError) {
        guard let frame else { throw JPEGFrameHeader.malformed("no frame header before the image data") }
        scans += 1
        try ImageHeader.check(.progressiveScans, scans, limits.progressiveScans)
        tables.beginScan(header, of: frame)
    }

    private mutating func visit(_ code: UInt8, _ bytes: Span<UInt8>, _ payload: Range<Int>) throws(CodecError) {
        if JPEGFrameHeader.isFrame(code) {
            guard frame == nil else { throw JPEGFrameHeader.malformed("second frame header") }
            let header = try JPEGFrameHeader(
                code: code, payload: bytes.extracting(payload), length: payload.count)
            try header.imageHeader.check(limits)
            frame = header
            return
        }
        if code == 0xDC {
            // A late line count: decoders skip it, at any length, or change the height by it.
            throw CodecError.unsupported(detected: "jpeg-late-line-count")
        }
        if code == 0xDB { tables.read(bytes.extracting(payload)) }
        // Tables are searched as well: those that no scan uses could hold anything.
        try visitMetadata(code, bytes, payload)
    }

    private mutating func visitMetadata(
        _ code: UInt8, _ bytes: Span<UInt8>, _ payload: Range<Int>
    ) throws(CodecError) {
        let start = payload.lowerBound
        var exempt: String?
        if code == 0xE0, thumbnail == nil { thumbnail = ThumbnailPlace(inAPP0: bytes, payload) }
        if code == 0xE1, payload.count >= 6, bytes.holds(Array("Exif\0\0".utf8), at: start) {
            let found = EXIFOrientation(in: bytes, from: start + 6, to: payload.upperBound)
            if exif == nil { exif = found } else { exif?.addPart() }
            if details == nil { details = EXIFDetails(in: bytes, start + 6..<payload.upperBound) }
            exempt = "jpeg"
        } else if code == 0xE1, let packet = Self.packet(bytes, payload) {
            isTurnedByXMP = isTurnedByXMP || XMPOrientation.isTurned(bytes, packet)
        } else if code == 0xE2, bytes.holds(Array("ICC_PROFILE\0".utf8), at: start) {
            hasProfile = true
        } else if code == 0xE0 && bytes.holds(Array("JFXX\0".utf8), at: start)
            || code == 0xED && bytes.holds(Array("Photoshop".utf8), at: start)
        {
            // Both may hold a thumbnail, as EXIF may.
            exempt = "jpeg"
        }
        try search.search(bytes, payload, exempt: exempt)
    }

    /// Where a segment's XMP packet is, or its part of an extended one: behind the identifier and 40 bytes that say which.
    private static func packet(_ bytes: Span<UInt8>, _ payload: Range<Int>) -> Range<Int>? {
        for (name, skipped) in [("http://ns.adobe.com/xap/1.0/\0", 0), ("http://ns.adobe.com/xmp/extension/\0", 40)] {
            let start = payload.lowerBound + name.utf8.count + skipped
            if start <= payload.upperBound, bytes.holds(Array(name.utf8), at: payload.lowerBound) {
                return start..<payload.upperBound
            }
        }
        return nil
    }
}
