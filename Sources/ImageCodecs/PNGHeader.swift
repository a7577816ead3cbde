internal import CImageShim

/// The fields of a PNG's IHDR chunk, checked (PNG specification, third edition, 11.2.1).
struct PNGHeader {
    let width: Int
    let height: Int
    let bitDepth: Int
    let colourType: Int
    let isInterlaced: Bool

    /// The signature and the whole IHDR chunk.
    static let byteCount = 33

    /// Parses the first `byteCount` bytes of a file; throws `malformed` when they are not a signature and a valid IHDR.
    init(_ bytes: Span<UInt8>) throws(CodecError) {
        guard bytes.holds(ImageSniffer.pngSignature, at: 0) else { throw Self.malformed("damaged signature") }
        guard let length = bytes.big32(at: 8), let width = bytes.big32(at: 16), let height = bytes.big32(at: 20),
            let crc = bytes.big32(at: 29)
        else { throw Self.malformed("truncated header") }
        guard length == 13, bytes.holds(Array("IHDR".utf8), at: 12) else { throw Self.malformed("no IHDR") }
        guard crc == Self.checksum(of: bytes, from: 12, count: 17) else { throw Self.malformed("IHDR: CRC error") }
        self.width = width
        self.height = height
        bitDepth = Int(bytes[24])
        colourType = Int(bytes[25])
        isInterlaced = bytes[28] == 1
        guard (1...0x7FFF_FFFF).contains(width), (1...0x7FFF_FFFF).contains(height) else {
            throw Self.malformed("IHDR: size")
        }
        let depths: [Int]
        switch colourType {
        case 0: depths = [1, 2, 4, 8, 16]
        case 3: depths = [1, 2, 4, 8]
        case 2, 4, 6: depths = [8, 16]
        default: throw Self.malformed("IHDR: colour type")
        }
        guard depths.contains(bitDepth) else { throw Self.malformed("IHDR: bit depth") }
        guard bytes[26] == 0, bytes[27] == 0, bytes[28] <= 1 else { throw Self.malformed("IHDR: method") }
    }

    /// Components as coded; a palette counts as one.
    var components: Int {
        switch colourType {
        case 2: 3
        case 4: 2
        case 6: 4
        default: 1
        }
    }

    var colourModel: ColourModel {
        switch colourType {
        case 2: .rgb
        case 3: .palette
        case 4: .greyAlpha
        case 6: .rgbAlpha
        default: .grey
        }
    }

    /// The same as every format's header. An interlaced image whose rows need a conversion is held whole meanwhile.
    var imageHeader: ImageHeader {
        let isConverted = bitDepth == 16 || colourType >= 4
        let working = isInterlaced && isConverted ? Self.product(width, height, components * ((bitDepth + 7) / 8)) : 0
        return ImageHeader(
            format: .png, width: width, height: height, bitDepth: bitDepth, components: components,
            decodedChannels: colourType == 0 ? 1 : 3, isProgressive: isInterlaced, workingBytes: working)
    }

    /// The CRC-32 of `count` bytes from `from`, which lie inside `bytes`.
    private static func checksum(of bytes: Span<UInt8>, from: Int, count: Int) -> Int {
        let part = bytes.extracting(from..<from + count)
        return unsafe part.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            return Int(unsafe pc_crc32(0, base, buffer.count))
        }
    }

    /// The product, or the largest integer when it overflows.
    static func product(_ a: Int, _ b: Int, _ c: Int) -> Int {
        let (ab, overflowsFirst) = a.multipliedReportingOverflow(by: b)
        let (abc, overflowsSecond) = ab.multipliedReportingOverflow(by: c)
        return overflowsFirst || overflowsSecond ? Int.max : abc
    }

    static func malformed(_ detail: String) -> CodecError {
        .malformed(format: .png, detail: detail)
    }
}
