/// Bodies as clients write them.
enum SampleBodies {
    /// Begins as a PNG does; more is not looked at here.
    static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + (0..<41).map { UInt8($0 * 37 & 255) }
    /// The same picture, coded anew.
    static let other: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3]
    /// A picture in another format.
    static let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 9, 9]
    /// `png` in base64, made by another encoder (Python's base64.b64encode).
    static let pngText =
        "iVBORw0KGgoAJUpvlLneAyhNcpe84QYrUHWav+QJLlN4ncLnDDFWe6DF6g80WX6jyA=="
    /// `other` in base64.
    static let otherText = "iVBORw0KGgoBAgM="

    /// One part: name, file name, type, content.
    typealias Part = (name: String, file: String?, type: String?, content: [UInt8])

    /// A form as curl writes it.
    static func form(_ parts: [Part], boundary: String = "XyZXyZXy") -> [UInt8] {
        var body: [UInt8] = []
        for part in parts {
            body += Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(part.name)\"".utf8)
            if let file = part.file { body += Array("; filename=\"\(file)\"".utf8) }
            if let type = part.type { body += Array("\r\nContent-Type: \(type)".utf8) }
            body += Array("\r\n\r\n".utf8) + part.content + Array("\r\n".utf8)
        }
        return body + Array("--\(boundary)--\r\n".utf8)
    }

    /// The content type of `form`.
    static let formType = "multipart/form-data; boundary=XyZXyZXy"
}
