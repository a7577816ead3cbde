internal import AuditTrail

/// Finds the one image in a JSON body.
enum JSONEnvelope {
    /// More numbers, truth values and texts that are numbers than this may be pixels; shapes and class numbers are fewer.
    private static let mostNumbers = 32
    /// Members that say that pixels are somewhere else: shared memory, or bytes behind the JSON.
    private static let elsewhere: Set<String> = [
        "shared_memory_region", "shared_memory_byte_size", "shared_memory_offset", "binary_data_size",
    ]

    /// The image of `body`.
    static func find(in body: [UInt8]) throws(EnvelopeFault) -> Envelope.Find {
        let scan = try JSONTexts(body, mostNumbers: mostNumbers)
        do throws(JSONParser.Failure) {
            _ = try JSONParser.parse(body)
        } catch {
            throw .malformedJSON
        }
        for name in scan.names {
            let name = JSONTexts.unescaped(body[name])
            guard !elsewhere.contains(String(decoding: name, as: UTF8.self)) else { throw .outOfBand }
            guard !TextContent.beginsImage(name) else { throw .unknownContent }
        }
        var find: Envelope.Find?
        var numbers = scan.numbers
        for text in scan.texts {
            let literal = body[text]
            switch try TextContent.of(JSONTexts.unescaped(literal)) {
            case .harmless:
                // Whoever looks at the bytes as they stand must not see an image either.
                guard !TextContent.beginsImage(literal) else { throw .looseBase64 }
            case .number:
                numbers += 1
                guard numbers <= mostNumbers else { throw .tensor }
            case .image(let bytes, let start, let type):
                guard find == nil else { throw .severalImages }
                guard !hasOddEscape(literal) else { throw .looseBase64 }
                var pieces: [Envelope.Piece] = [.original(0..<text.lowerBound)]
                if start > 0 { pieces += [.dataScheme, .mediaType(nil), .base64Mark] }
                pieces += [.base64, .original(text.upperBound..<body.count)]
                find = Envelope.Find(
                    image: bytes, contentType: type, place: JSONTexts.pointer(to: text, in: body), pieces: pieces,
                    delimiter: [])
            }
        }
        guard let find else { throw .noImage }
        return find
    }

    /// True where base64 has an escape in it but `\/`, which some writers put before every slash.
    private static func hasOddEscape(_ text: ArraySlice<UInt8>) -> Bool {
        zip(text, text.dropFirst()).contains { $0 == UInt8(ascii: "\\") && $1 != UInt8(ascii: "/") }
    }
}
