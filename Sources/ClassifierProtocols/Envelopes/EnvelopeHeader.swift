package import ImageCodecs
package import PixelCore

/// What the header of an image inside a form or JSON says, found without opening the body: what decoding will take has to be
/// known before its turn comes.
///
/// Whatever `Envelope` would take for the image is found here too: what differs between the two ways of looking (an escape
/// inside the base64, an image in a member's name) is a fault there.
package enum EnvelopeHeader: Hashable, Sendable {
    /// Nothing that would be decoded.
    case none
    /// There is an image whose header does not end within a megabyte.
    case unread
    /// The image's header.
    case header(ImageHeader)

    private static let mostBytes = 1 << 20

    /// True where a body that begins with `first` is opened as a form or as JSON rather than read as an image.
    package static func isEnvelope(contentType: String?, first: UInt8?) -> Bool {
        if MediaType(contentType).isForm { return true }
        guard let first else { return false }
        return [0x20, 0x09, 0x0A, 0x0D, 0xEF, UInt8(ascii: "{"), UInt8(ascii: "[")].contains(first)
    }

    /// The header in a whole body of which `isEnvelope` holds.
    package init(in body: [UInt8], contentType: String?, limits: DecodeLimits) {
        let image = MediaType(contentType).isForm ? Self.part(in: body) : Self.text(in: body)
        guard let image else {
            self = .none
            return
        }
        var scanner = HeaderScanner(limits: limits)
        do throws(CodecError) {
            self = try scanner.feed(image.span).map { .header($0) } ?? (image.count < Self.mostBytes ? .none : .unread)
        } catch {
            // The decoder will refuse it from the same header.
            self = .none
        }
    }

    /// The first part that begins as an image does.
    private static func part(in body: [UInt8]) -> [UInt8]? {
        var position = 0
        while let end = body[position...].firstIndex(of: 0x0D) {
            position = end + 1
            guard body[end...].starts(with: [0x0D, 0x0A, 0x0D, 0x0A]) else { continue }
            let first = Array(body[(end + 4)...].prefix(ImageSniffer.prefixBytes))
            if ImageSniffer.detect(first.span).isImage { return Array(body[(end + 4)...].prefix(mostBytes)) }
        }
        return nil
    }

    /// The first text that is base64 of what begins as an image does.
    private static func text(in body: [UInt8]) -> [UInt8]? {
        var position = 0
        while let quote = body[position...].firstIndex(of: UInt8(ascii: "\"")) {
            position = quote + 1
            if quote > 0, body[quote - 1] == UInt8(ascii: "\\") { continue }
            var text = body[position...].prefix { $0 != UInt8(ascii: "\"") }
            position = text.endIndex
            if text.prefix(5).elementsEqual("data:".utf8) {
                guard let comma = text.firstIndex(of: UInt8(ascii: ",")) else { continue }
                text = text[(comma + 1)...]
            }
            let first = Base64.lenientPrefix(text, bytes: TextContent.signature)
            if ImageSniffer.detect(first.span).isImage { return Base64.lenientPrefix(text, bytes: mostBytes) }
        }
        return nil
    }
}
