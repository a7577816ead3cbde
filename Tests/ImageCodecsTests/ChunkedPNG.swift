@testable import ImageCodecs

/// PNGs put together chunk by chunk.
enum ChunkedPNG {
    static func chunk(_ type: String, _ payload: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + payload
        return big32(payload.count) + body + big32(Int(CodecFixtures.crc(body)))
    }

    static func big32(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// A zlib stream of stored blocks.
    static func stored(_ raw: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        var position = 0
        repeat {
            let count = min(65_535, raw.count - position)
            let isLast = position + count == raw.count
            stream += [
                isLast ? 1 : 0, UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8 & 255),
            ]
            stream += raw[position..<position + count]
            position += count
        } while position < raw.count
        var (a, b) = (1, 0)
        for byte in raw {
            a = (a + Int(byte)) % 65_521
            b = (b + a) % 65_521
        }
        return stream + big32(b << 16 | a)
    }

    /// A zlib stream of `zeros` zeros (a multiple of 258, and one), 13 bits for 258 of them: a fixed Huffman block of one
    /// literal, then matches of length 258 (RFC 1951, 3.2.6). It has no end of block and no checksum: nobody gets there.
    static func zeros(_ zeros: Int) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        var (held, count): (UInt32, UInt32) = (0, 0)
        func put(_ bits: String) {
            for bit in bits.utf8 {
                held |= UInt32(bit & 1) << count
                count += 1
                if count == 8 {
                    stream.append(UInt8(held))
                    (held, count) = (0, 0)
                }
            }
        }
        put("110")
        put("00110000")
        for _ in 0..<zeros / 258 { put("1100010100000") }
        return stream
    }

    /// A grey picture of 4×4 whose image data is `extra` bytes too long, and chunks before and after the data.
    static func file(extra: Int = 0, before: [UInt8] = [], after: [UInt8] = []) -> [UInt8] {
        file(data: [stored([UInt8](repeating: 0, count: 4 * 5 + extra))], before: before, after: after)
    }

    /// A grey picture of 4×4 with these image data chunks.
    static func file(
        data: [[UInt8]], interlace: UInt8 = 0, before: [UInt8] = [], after: [UInt8] = []
    ) -> [UInt8] {
        ImageSniffer.pngSignature + chunk("IHDR", big32(4) + big32(4) + [8, 0, 0, 0, interlace]) + before
            + data.flatMap { chunk("IDAT", $0) } + after + chunk("IEND", [])
    }
}
