package import ImageCodecs
package import PixelCore

/// What the header of an image inside a form or JSON says, found without opening the body: what decoding will take has to be
/// known before its turn comes.
///
/// Every part or text that begins as an image does is looked at, up to as many as `Envelope` opens at all, and the largest
/// image counts. Where the two could differ (an escape inside the base64, an image in a member's name) `Envelope` refuses.
package enum EnvelopeHeader: Hashable, Sendable {
    /// Nothing that would be decoded.
    case none
    /// There is an image whose header does not end within a megabyte.
    case unread
    /// The largest image's header.
    case header(ImageHeader)

    private static let mostBytes = 1 << 20
    /// Candidates that are looked at: more parts and texts than `Envelope` takes.
    private static let mostCandidates = 2 * JSONTexts.mostTexts + 2

    /// True where a body that begins with `first` is opened as a form or as JSON rather than read as an image.
    package static func isEnvelope(contentType: String?, first: UInt8?) -> Bool {
        if MediaType(contentType).isMultipart { return true }
        guard let first else { return false }
        return [0x20, 0x09, 0x0A, 0x0D, 0xEF, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\"")].contains(first)
    }

    /// The header in a whole body of which `isEnvelope` holds.
    package init(in body: [UInt8], contentType: String?, limits: DecodeLimits) {
        var found = EnvelopeHeader.none
        let candidates = MediaType(contentType).isMultipart ? Self.parts(in: body) : Self.texts(in: body)
        for image in candidates {
            switch (Self.header(of: image, limits), found) {
            case (.none, _), (_, .unread): break
            case (.header(let new), .header(let old)) where old.width * old.height >= new.width * new.height: break
            case (let new, _): found = new
            }
        }
        self = found
    }

    private static func header(of image: [UInt8], _ limits: DecodeLimits) -> EnvelopeHeader {
        var scanner = HeaderScanner(limits: limits)
        do throws(CodecError) {
            if let header = try scanner.feed(image.span) { return .header(header) }
            return image.count < mostBytes ? .none : .unread
        } catch {
            // The decoder will refuse it from the same header.
            return .none
        }
    }

    /// The first bytes of parts that begin as images do.
    private static func parts(in body: [UInt8]) -> [[UInt8]] {
        var images: [[UInt8]] = []
        var (position, count) = (0, 0)
        let end: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
        while count < mostCandidates, let next = ByteSearch.first(end, in: body, from: position) {
            position = next + 2
            count += 1
            let first = Array(body[(next + 4)...].prefix(ImageSniffer.prefixBytes))
            guard ImageSniffer.detect(first.span).isImage else { continue }
            images.append(Array(body[(next + 4)...].prefix(mostBytes)))
            // An image holds line ends by chance; a form of one image has no second one.
            if images.count == 2 { break }
        }
        return images
    }

    /// The first bytes of texts that are base64 of what begins as images do.
    private static func texts(in body: [UInt8]) -> [[UInt8]] {
        var images: [[UInt8]] = []
        var (position, count) = (0, 0)
        while count < mostCandidates, images.count < 2,
            let quote = body[position...].firstIndex(of: UInt8(ascii: "\""))
        {
            let start = quote + 1
            var end = start
            while end < body.count, body[end] != UInt8(ascii: "\"") { end += body[end] == UInt8(ascii: "\\") ? 2 : 1 }
            position = min(end + 1, body.count)
            count += 1
            var text = body[start..<max(start, min(end, body.count))]
            if text.starts(with: "data:".utf8) {
                guard let comma = text.firstIndex(of: UInt8(ascii: ",")) else { continue }
                text = text[(comma + 1)...]
            }
            if TextContent.beginsImage(text) { images.append(Base64.lenientPrefix(text, bytes: mostBytes)) }
        }
        return images
    }
}
