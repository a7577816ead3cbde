/// Finds bytes in bytes.
enum ByteSearch {
    /// The first place of `needle` in `body`, from `start` on; nil where it does not occur.
    static func first(_ needle: [UInt8], in body: [UInt8], from start: Int) -> Int? {
        var position = start
        while position + needle.count <= body.count {
            let last = body.count - needle.count
            guard let next = body[position...last].firstIndex(of: needle[0]) else { return nil }
            if holds(body, at: next, needle) { return next }
            position = next + 1
        }
        return nil
    }

    /// True where `bytes` stand at `position` of `body`.
    static func holds(_ body: [UInt8], at position: Int, _ bytes: [UInt8]) -> Bool {
        position + bytes.count <= body.count && body[position..<position + bytes.count].elementsEqual(bytes)
    }
}
