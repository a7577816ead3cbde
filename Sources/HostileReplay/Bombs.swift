/// PNGs that are quick to send and slow to read unless something bounds it; made here, since they are large and simple.
enum Bombs {
    /// A decode of one of them that takes longer fails the run: unbounded, the first takes a second for every 10 MB or
    /// more, and up to ten where it is compressed as well as can be.
    static let slowestSeconds = 3.0

    /// Names and bytes.
    static func files() -> [(name: String, bytes: [UInt8])] {
        let markup = [UInt8](repeating: 0x3C, count: 6_000_000).enumerated().map {
            $0.offset % 2 == 0 ? $0.element : 0x73
        }
        // A zlib stream of blocks with nothing in them, of ten bits each (RFC 1951, 3.2.6).
        let emptyBlocks = [0x78, 0x01] + repeated(pack(String(repeating: "0100000000", count: 4)), size: 6_000_000)
        // One block: a literal zero, then matches of 258 zeros, 13 bits each.
        let zeros =
            [0x78, 0x01] + pack("110" + "00110000" + "1100010100000")
            + repeated(pack(String(repeating: "1100010100000", count: 8)), size: 20_000_000)
        return [
            ("image data behind the last row", picture(data: split(zeros))),
            ("empty blocks before the rows", picture(data: split(emptyBlocks))),
            ("empty blocks in texts", picture(before: thrice(chunk("zTXt", [0x61, 0, 0] + emptyBlocks)))),
            ("beginnings of markup", picture(before: thrice(chunk("tEXt", [0x61, 0] + markup)))),
            ("empty texts", picture(before: repeated(chunk("tEXt", []), size: 18_000_000))),
        ]
    }

    /// A grey picture of 4×4 with chunks before its image data.
    private static func picture(before: [UInt8] = [], data: [[UInt8]] = [honestRows]) -> [UInt8] {
        let head: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 4, 8, 0, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", head) + before
            + data.flatMap { chunk("IDAT", $0) } + chunk("IEND", [])
    }

    /// Twenty zeros in a stored block: four rows and their filters.
    private static let honestRows: [UInt8] =
        [0x78, 0x01, 1, 20, 0, 235, 255] + [UInt8](repeating: 0, count: 20) + [0, 20, 0, 1]

    private static func chunk(_ type: String, _ payload: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + payload
        var crc: UInt32 = .max
        for byte in body {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1) &* 0xEDB8_8320 }
        }
        return big32(payload.count) + body + big32(Int(~crc))
    }

    private static func big32(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// Parts that libpng takes as one chunk each.
    private static func split(_ bytes: [UInt8]) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: 500_000).map { Array(bytes[$0..<min(bytes.count, $0 + 500_000)]) }
    }

    private static func thrice(_ bytes: [UInt8]) -> [UInt8] { bytes + bytes + bytes }

    /// `bytes` over and over, up to about `size`.
    private static func repeated(_ bytes: [UInt8], size: Int) -> [UInt8] {
        var all: [UInt8] = []
        all.reserveCapacity(size)
        for _ in 0..<size / bytes.count { all += bytes }
        return all
    }

    /// Bits in the order in which deflate takes them, a multiple of eight.
    private static func pack(_ bits: String) -> [UInt8] {
        let values = bits.utf8.map { $0 & 1 }
        return stride(from: 0, to: values.count, by: 8).map { start in
            (0..<8).reduce(0) { $0 | values[start + $1] << UInt8($1) }
        }
    }
}
