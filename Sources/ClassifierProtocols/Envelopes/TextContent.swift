internal import ImageCodecs

/// What a text in a request may be to the model behind us.
enum TextContent: Equatable {
    /// Words, a number, a name.
    case harmless
    /// An image: `data:` in front of it ends at `start`, and names this type.
    case image(bytes: [UInt8], start: Int, declaredType: String?)

    /// Longest text that is let by unread.
    private static let longest = 16_384
    /// Shortest text of base64's alphabet alone that cannot be a name or a hash.
    private static let shortestBase64 = 257
    /// Bytes that tell an image by its signature.
    static let signature = 96
    /// Schemes whose content a server may fetch.
    private static let schemes = ["http:", "https:", "ftp:", "file:", "s3:", "gs:", "gcs:", "azure:", "blob:", "hdfs:"]

    /// Looks at a text whose escapes are undone.
    static func of(_ text: [UInt8]) throws(EnvelopeFault) -> TextContent {
        let trimmed = text.drop { $0 <= 0x20 }
        if schemes.contains(where: { holds($0, trimmed) }) { throw .remoteImage }
        var payload = trimmed
        var declaredType: String?
        if holds("data:", trimmed) {
            // One spelling, so that whoever looks for it finds it.
            guard trimmed.prefix(5).elementsEqual("data:".utf8) else { throw .looseBase64 }
            guard let comma = trimmed.firstIndex(of: UInt8(ascii: ",")) else { throw .looseBase64 }
            let head = trimmed[(trimmed.startIndex + 5)..<comma]
            payload = trimmed[(comma + 1)...]
            guard let type = base64Type(head) else { throw .looseBase64 }
            declaredType = type.isEmpty ? nil : type
        }
        let prefix = Base64.lenientPrefix(payload, bytes: signature)
        guard ImageSniffer.detect(prefix.span).isImage else {
            return try other(trimmed, isDataURI: payload.startIndex != trimmed.startIndex)
        }
        // White space before it, line breaks, another alphabet: read by one decoder and refused by the next.
        guard trimmed.startIndex == text.startIndex, let bytes = Base64.decode(payload) else { throw .looseBase64 }
        return .image(bytes: bytes, start: payload.startIndex, declaredType: declaredType)
    }

    /// True where `name`, a member's, begins as an image in base64 does: nobody would look at it.
    static func isImage(_ name: String) -> Bool {
        let prefix = Base64.lenientPrefix(Array(name.utf8), bytes: signature)
        return ImageSniffer.detect(prefix.span).isImage
    }

    private static func other(_ text: ArraySlice<UInt8>, isDataURI: Bool) throws(EnvelopeFault) -> TextContent {
        if isDataURI { throw .unknownContent }
        let first = Array(text.prefix(ImageSniffer.prefixBytes))
        if ImageSniffer.detect(first.span).isImage { throw .unknownContent }
        if text.count > longest || text.count >= shortestBase64 && Base64.isPlain(text) { throw .unknownContent }
        // JSON in a text is a body of its own to some servers.
        if text.count > 64, text.first == UInt8(ascii: "{") || text.first == UInt8(ascii: "[") { throw .unknownContent }
        return .harmless
    }

    /// The media type of `image/png;base64`; nil where it is not base64.
    private static func base64Type(_ head: ArraySlice<UInt8>) -> String? {
        let parts = String(decoding: head, as: UTF8.self).lowercased().split(
            separator: ";", omittingEmptySubsequences: false)
        guard parts.last == "base64", let type = parts.first else { return nil }
        return parts.count == 1 ? "" : String(type)
    }

    /// True where `text` begins with `word`, whatever its case.
    private static func holds(_ word: String, _ text: ArraySlice<UInt8>) -> Bool {
        text.prefix(word.utf8.count).elementsEqual(word.utf8) { byte, wanted in
            (0x41...0x5A).contains(byte) ? byte + 32 == wanted : byte == wanted
        }
    }
}
