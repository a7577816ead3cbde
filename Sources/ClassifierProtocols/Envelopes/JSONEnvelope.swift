internal import AuditTrail

/// Finds the one image in a JSON body.
enum JSONEnvelope {
    /// More numbers in arrays than this may be pixels; shapes and class numbers are fewer.
    private static let mostNumbers = 16
    /// Members that say that pixels are somewhere else: shared memory, or bytes behind the JSON.
    private static let elsewhere: Set<String> = [
        "shared_memory_region", "shared_memory_byte_size", "shared_memory_offset", "binary_data_size",
    ]

    /// The image of `body`.
    static func find(in body: [UInt8]) throws(EnvelopeFault) -> Envelope.Find {
        do throws(JSONParser.Failure) {
            _ = try JSONParser.parse(body)
        } catch {
            throw .malformedJSON
        }
        let scan = JSONTexts(body)
        guard scan.names.isDisjoint(with: elsewhere) else { throw .outOfBand }
        guard !scan.names.contains(where: TextContent.isImage) else { throw .unknownContent }
        guard scan.arrayNumbers <= mostNumbers else { throw .tensor }
        var find: Envelope.Find?
        for text in scan.texts {
            guard
                case .image(let bytes, let start, let type) = try TextContent.of(JSONTexts.unescaped(body[text.range]))
            else { continue }
            guard find == nil else { throw .severalImages }
            guard !hasOddEscape(body[text.range]) else { throw .looseBase64 }
            var pieces: [Envelope.Piece] = [.original(0..<text.range.lowerBound)]
            if start > 0 { pieces += [.dataScheme, .mediaType, .base64Mark] }
            pieces += [.base64, .original(text.range.upperBound..<body.count)]
            find = Envelope.Find(image: bytes, contentType: type, place: text.pointer, pieces: pieces)
        }
        guard let find else { throw .noImage }
        return find
    }

    /// True where base64 has an escape in it but `\/`, which some writers put before every slash.
    private static func hasOddEscape(_ text: ArraySlice<UInt8>) -> Bool {
        zip(text, text.dropFirst()).contains { $0 == UInt8(ascii: "\\") && $1 != UInt8(ascii: "/") }
    }
}
