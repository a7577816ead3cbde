internal import ImageCodecs

/// Finds the one image in a form (RFC 7578), read so strictly that no other reader can see another body: every line ends in CR LF,
/// nothing stands before the first boundary or behind the last, no name comes twice, no part is coded or has parts of its own.
enum FormEnvelope {
    private static let lineEnd: [UInt8] = [0x0D, 0x0A]
    private static let mostParts = 64
    private static let mostHeaderBytes = 4_096

    /// One part of a form.
    private struct Part {
        let name: String
        /// The value of its `Content-Type` in the body; nil without one.
        let type: Range<Int>?
        /// The value of its `Content-Length`; nil without one.
        let length: Range<Int>?
        /// Its disposition has a file name.
        let isFile: Bool
        let content: Range<Int>
    }

    /// The image of `body`.
    static func find(in body: [UInt8], boundary: String?) throws(EnvelopeFault) -> Envelope.Find {
        guard let boundary, isBoundary(boundary) else { throw .malformedForm }
        let delimiter = Array("--\(boundary)".utf8)
        let parts = try parts(of: body, delimiter: delimiter)
        var find: Envelope.Find?
        for part in parts {
            let content = body[part.content]
            let type = part.type.map { String(decoding: body[$0], as: UTF8.self) }
            // Some readers end a part at its boundary wherever it stands.
            guard ByteSearch.first(delimiter, in: Array(content), from: 0) == nil else { throw .malformedForm }
            let first = Array(content.prefix(ImageSniffer.prefixBytes))
            if ImageSniffer.detect(first.span).isImage {
                guard find == nil else { throw .severalImages }
                find = Envelope.Find(
                    image: Array(content), contentType: type, place: part.name, pieces: pieces(part, body.count),
                    delimiter: delimiter)
            } else {
                try check(part, type, content)
            }
        }
        guard let find else { throw .noImage }
        return find
    }

    /// A part beside the image is a short text of a field, no file.
    private static func check(_ part: Part, _ type: String?, _ content: ArraySlice<UInt8>) throws(EnvelopeFault) {
        let media = MediaType(type)
        guard !part.isFile, media.isPlain, media.boundary == nil,
            ["", "text/plain", "application/json"].contains(media.essence), !TextContent.beginsImage(content)
        else { throw .unknownContent }
        _ = try TextContent.plain(content)
    }

    private static func pieces(_ part: Part, _ count: Int) -> [Envelope.Piece] {
        var replaced: [(range: Range<Int>, piece: Envelope.Piece)] = [(part.content, .image)]
        if let type = part.type { replaced.append((type, .mediaType(type))) }
        if let length = part.length { replaced.append((length, .length)) }
        var pieces: [Envelope.Piece] = []
        var position = 0
        for (range, piece) in replaced.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            pieces += [.original(position..<range.lowerBound), piece]
            position = range.upperBound
        }
        return pieces + [.original(position..<count)]
    }

    /// RFC 2046, section 5.1.1, without blanks, and so long that no text holds it by chance.
    private static func isBoundary(_ text: String) -> Bool {
        (8...70).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || "'()+_,-./:=?".utf8.contains(byte)
            }
    }

    private static func parts(of body: [UInt8], delimiter: [UInt8]) throws(EnvelopeFault) -> [Part] {
        guard body.starts(with: delimiter) else { throw .malformedForm }
        var position = delimiter.count
        var parts: [Part] = []
        let separator = lineEnd + delimiter
        while true {
            if ByteSearch.holds(body, at: position, Array("--".utf8)) {
                // One line end may follow the last boundary.
                let rest = body[(position + 2)...]
                guard rest.isEmpty || rest.elementsEqual(lineEnd) else { throw .malformedForm }
                return parts
            }
            guard ByteSearch.holds(body, at: position, lineEnd), parts.count < mostParts else { throw .malformedForm }
            let (fields, start) = try fields(body, from: position + 2)
            guard ByteSearch.first(delimiter, in: Array(body[position..<start]), from: 0) == nil else {
                throw .malformedForm
            }
            guard let end = ByteSearch.first(separator, in: body, from: start) else { throw .malformedForm }
            let part = try part(fields, body, content: start..<end)
            guard !parts.contains(where: { $0.name == part.name }) else { throw .malformedForm }
            parts.append(part)
            position = end + separator.count
        }
    }

    /// The lines of a part's header, and where its content begins.
    private static func fields(
        _ body: [UInt8], from start: Int
    ) throws(EnvelopeFault) -> (lines: [Range<Int>], content: Int) {
        var lines: [Range<Int>] = []
        var position = start
        while true {
            let limit = min(body.count, start + mostHeaderBytes)
            guard position <= limit, let end = body[position..<limit].firstIndex(of: 0x0A), end > position,
                body[end - 1] == 0x0D
            else { throw .malformedForm }
            if end - 1 == position { return (lines, end + 1) }
            // A line that goes on the one before is read differently by different readers.
            guard body[position] != 0x20, body[position] != 0x09 else { throw .malformedForm }
            // Some readers end a line at a carriage return alone.
            guard body[position..<end - 1].allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw .malformedForm
            }
            lines.append(position..<end - 1)
            position = end + 1
        }
    }

    private static func part(
        _ lines: [Range<Int>], _ body: [UInt8], content: Range<Int>
    ) throws(EnvelopeFault) -> Part {
        var disposition: String?
        var type: Range<Int>?
        var length: Range<Int>?
        for line in lines {
            guard let colon = body[line].firstIndex(of: UInt8(ascii: ":")) else { throw .malformedForm }
            var value = colon + 1..<line.upperBound
            while !value.isEmpty, body[value.lowerBound] == 0x20 || body[value.lowerBound] == 0x09 {
                value = value.lowerBound + 1..<value.upperBound
            }
            switch String(decoding: body[line.lowerBound..<colon], as: UTF8.self).lowercased() {
            case "content-disposition":
                guard disposition == nil else { throw .malformedForm }
                disposition = String(decoding: body[value], as: UTF8.self)
            case "content-type":
                guard type == nil else { throw .malformedForm }
                type = value
            case "content-length":
                guard length == nil, Int(String(decoding: body[value], as: UTF8.self)) == content.count else {
                    throw .malformedForm
                }
                length = value
            // A transfer encoding, and anything that we do not know.
            default: throw .malformedForm
            }
        }
        if let type, MediaType(String(decoding: body[type], as: UTF8.self)).isMultipart { throw .malformedForm }
        guard let names = disposition.flatMap(names), let name = names["name"], !name.isEmpty else {
            throw .malformedForm
        }
        return Part(name: name, type: type, length: length, isFile: names.count > 1, content: content)
    }

    /// The names of `form-data; name="data"; filename="a.png"`; nil where it is anything else, or says something twice.
    private static func names(_ disposition: String) -> [String: String]? {
        // Escapes and semicolons in quotation marks are read differently by different readers.
        guard !disposition.contains("\\") else { return nil }
        var names: [String: String] = [:]
        let parts = disposition.split(separator: ";", omittingEmptySubsequences: false)
        guard let kind = parts.first, MediaType.trimmed(kind).lowercased() == "form-data" else { return nil }
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { return nil }
            let value = MediaType.trimmed(pair[1])
            let plain = MediaType.unquoted(value)
            guard !plain.contains("\""),
                names.updateValue(plain, forKey: MediaType.trimmed(pair[0]).lowercased()) == nil
            else { return nil }
        }
        return Set(names.keys).isSubset(of: ["name", "filename", "filename*"]) ? names : nil
    }
}
