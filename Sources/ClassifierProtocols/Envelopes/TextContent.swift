internal import ImageCodecs

/// What a text in a request may be to the model behind us.
enum TextContent: Equatable {
    /// Too short and too plain to hold an image in any coding: words, a name, an id.
    case harmless
    /// A number, which may be one of many.
    case number
    /// An image: `data:` in front of it ends at `start`, and names this type.
    case image(bytes: [UInt8], start: Int, declaredType: String?)

    /// Bytes that tell an image by its signature.
    static let signature = 96
    /// Most bytes of a text that is no image.
    private static let mostBytes = 512
    /// Most bytes of either base64 alphabet in it, whatever stands between: 96 bytes of anything.
    private static let mostDigits = 128
    /// Most decimal digits in it: an id, a date, and no row of pixels.
    private static let mostDecimals = 24
    private static let pictures = [".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".npy"]

    /// Looks at a text whose escapes are undone.
    static func of(_ text: [UInt8]) throws(EnvelopeFault) -> TextContent {
        var start = 0
        var declaredType: String?
        if text.starts(with: "data:".utf8) {
            guard let comma = text.firstIndex(of: UInt8(ascii: ",")), let type = base64Type(text[5..<comma]) else {
                throw .looseBase64
            }
            declaredType = type.isEmpty ? nil : type
            start = comma + 1
        }
        if beginsImage(text[start...]) {
            // White space, line breaks, another alphabet: read by one decoder and refused by the next.
            guard let bytes = Base64.decode(text[start...]) else { throw .looseBase64 }
            return .image(bytes: bytes, start: start, declaredType: declaredType)
        }
        if start > 0 { throw .unknownContent }
        return try plain(text[...])
    }

    /// True where `text` is base64 of what begins as an image does, to a decoder that passes over what it does not know.
    static func beginsImage(_ text: some Collection<UInt8>) -> Bool {
        ImageSniffer.detect(Base64.lenientPrefix(text, bytes: signature).span).isImage
    }

    /// A text that cannot hold an image however it is read. What is allowed is told, not what is not: nobody knows every coding
    /// and every format that some model reads.
    static func plain(_ text: ArraySlice<UInt8>) throws(EnvelopeFault) -> TextContent {
        guard text.count <= mostBytes, String(validating: text, as: UTF8.self) != nil,
            text.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { throw .unknownContent }
        // JSON in a text is a body of its own to some servers.
        let first = text.first { $0 != 0x20 }
        guard first != UInt8(ascii: "{"), first != UInt8(ascii: "[") else { throw .unknownContent }
        if isAddress(text) { throw .remoteImage }
        let decimals = text.count { (0x30...0x39).contains($0) }
        let digits = text.count { Base64.isDigit($0) }
        guard digits <= mostDigits else { throw .unknownContent }
        let isNumber = decimals > 0 && (decimals == digits || Double(String(decoding: text, as: UTF8.self)) != nil)
        // A hash in hexadecimal has many decimals too, letters among them and nothing between.
        guard decimals <= mostDecimals || !isNumber && text.allSatisfy(Base64.isDigit) else { throw .tensor }
        return isNumber ? .number : .harmless
    }

    /// An address or a path: the model would read what nobody saw.
    private static func isAddress(_ text: ArraySlice<UInt8>) -> Bool {
        let words = String(decoding: text, as: UTF8.self).lowercased()
        if words.contains("://") || words.contains("\\") { return true }
        let start = words.drop { $0.isWhitespace }
        if ["/", "~", "./", "../", "file:", "data:", "blob:"].contains(where: { start.hasPrefix($0) }) { return true }
        return words.contains("/") && pictures.contains { words.hasSuffix($0) }
    }

    /// The media type of `image/png;base64`; nil where it is not base64.
    private static func base64Type(_ head: ArraySlice<UInt8>) -> String? {
        let parts = String(decoding: head, as: UTF8.self).lowercased().split(
            separator: ";", omittingEmptySubsequences: false)
        guard parts.last == "base64", let type = parts.first else { return nil }
        return parts.count == 1 ? "" : String(type)
    }
}
