/// A JPEG's frame header: the segment after a start-of-frame marker (ITU-T T.81, B.2.2).
struct JPEGFrameHeader {
    /// One component: its identifier, sampling factors and quantization table.
    struct Component {
        let id: UInt8
        let horizontal: Int
        let vertical: Int
        let table: Int
    }

    let width: Int
    let height: Int
    let isProgressive: Bool
    let components: [Component]

    /// As many bytes of a segment's payload as are looked at: four components.
    static let byteCount = 18

    /// True for the sixteen start-of-frame codes but DHT, JPG and DAC, which share their range.
    static func isFrame(_ code: UInt8) -> Bool {
        (0xC0...0xCF).contains(code) && code != 0xC4 && code != 0xC8 && code != 0xCC
    }

    /// Parses the payload of the segment of marker `code`, which `isFrame`; `length` is the payload's whole length.
    ///
    /// Throws `unsupported` for what is refused (lossless, hierarchical, arithmetic, 12 bits, a line count that comes
    /// later, two components) and `malformed` for what breaks the standard.
    init(code: UInt8, payload: Span<UInt8>, length: Int) throws(CodecError) {
        try Self.checkProcess(code)
        guard payload.count >= 6, let height = payload.big16(at: 1), let width = payload.big16(at: 3) else {
            throw Self.malformed("frame header: length")
        }
        let count = Int(payload[5])
        guard length == 6 + 3 * count else { throw Self.malformed("frame header: length") }
        guard payload[0] == 8 else { throw CodecError.unsupported(detected: "jpeg-\(payload[0])-bit") }
        guard width > 0, count > 0 else { throw Self.malformed("frame header: empty image") }
        guard height > 0 else { throw CodecError.unsupported(detected: "jpeg-late-line-count") }
        guard count == 1 || count == 3 || count == 4 else {
            throw CodecError.unsupported(detected: "jpeg-component-count")
        }
        guard payload.count >= 6 + 3 * count else { throw Self.malformed("frame header: length") }
        var components: [Component] = []
        for i in 0..<count {
            let factors = Int(payload[7 + 3 * i])
            let component = Component(
                id: payload[6 + 3 * i], horizontal: factors >> 4, vertical: factors & 15, table: Int(payload[8 + 3 * i])
            )
            guard (1...4).contains(component.horizontal), (1...4).contains(component.vertical) else {
                throw Self.malformed("frame header: sampling factors")
            }
            components.append(component)
        }
        self.width = width
        self.height = height
        self.components = components
        isProgressive = code == 0xC2
    }

    private static func checkProcess(_ code: UInt8) throws(CodecError) {
        switch code {
        case 0xC0, 0xC1, 0xC2: return
        case 0xC3: throw .unsupported(detected: "jpeg-lossless")
        case 0xC9, 0xCA, 0xCB: throw .unsupported(detected: "jpeg-arithmetic")
        default: throw .unsupported(detected: "jpeg-hierarchical")
        }
    }

    /// Bytes of the coefficients of the whole image: 128 a block, blocks rounded up to whole interleaved units.
    ///
    /// A progressive JPEG holds them all while its scans arrive, as does a sequential one with several scans. At most
    /// 65,535² pixels and 4 components: far from overflow.
    var coefficientBytes: Int {
        let widest = components.map(\.horizontal).max() ?? 1
        let tallest = components.map(\.vertical).max() ?? 1
        var blocks = 0
        for component in components {
            let columns = Self.unitsUp(width * component.horizontal, 8 * widest)
            let rows = Self.unitsUp(height * component.vertical, 8 * tallest)
            blocks +=
                Self.unitsUp(columns, component.horizontal) * component.horizontal
                * Self.unitsUp(rows, component.vertical) * component.vertical
        }
        return blocks * 128
    }

    /// The same as every format's header.
    var imageHeader: ImageHeader {
        ImageHeader(
            format: .jpeg, width: width, height: height, bitDepth: 8, components: components.count,
            decodedChannels: components.count == 1 ? 1 : 3, isProgressive: isProgressive,
            workingBytes: isProgressive ? coefficientBytes : 0)
    }

    private static func unitsUp(_ value: Int, _ unit: Int) -> Int { (value + unit - 1) / unit }

    static func malformed(_ detail: String) -> CodecError {
        .malformed(format: .jpeg, detail: detail)
    }
}
