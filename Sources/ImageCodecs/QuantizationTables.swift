/// The four quantization tables of a JPEG as the last DQT segments left them (ITU-T T.81, B.2.4.1), and those that decoders
/// use: a component keeps the table that is there when its first scan begins, whatever comes between scans.
struct QuantizationTables {
    private var tables: [[UInt16]?] = [nil, nil, nil, nil]
    private var kept: [Int: [UInt16]] = [:]

    /// Takes the tables of a segment's payload; a broken one is the decoder's to refuse.
    mutating func read(_ payload: Span<UInt8>) {
        var position = 0
        while position < payload.count {
            let width = payload[position] >> 4 == 0 ? 1 : 2
            let table = Int(payload[position] & 15)
            position += 1
            guard table < 4, position + 64 * width <= payload.count else { return }
            var steps = [UInt16](repeating: 0, count: 64)
            for i in 0..<64 {
                let first = UInt16(payload[position + i * width])
                steps[Self.zigzag[i]] = width == 1 ? first : first << 8 | UInt16(payload[position + 2 * i + 1])
            }
            tables[table] = steps
            position += 64 * width
        }
    }

    /// A scan begins, with the payload of its header: number of components, then two bytes for each, the first its identifier.
    mutating func beginScan(_ header: Span<UInt8>, of frame: JPEGFrameHeader) {
        guard header.count > 0 else { return }
        for i in 0..<Int(header[0]) where 1 + 2 * i < header.count {
            guard let component = frame.components.firstIndex(where: { $0.id == header[1 + 2 * i] }),
                kept[component] == nil, let table = table(frame.components[component].table)
            else { continue }
            kept[component] = table
        }
    }

    /// What the tables of `frame`'s components say; nil where the first one never had one.
    func facts(for frame: JPEGFrameHeader) -> QuantizationFacts? {
        kept[0].map {
            QuantizationFacts(
                luma: $0, chroma: kept[1], factors: frame.components.map { ($0.horizontal, $0.vertical) })
        }
    }

    private func table(_ index: Int) -> [UInt16]? {
        tables.indices.contains(index) ? tables[index] : nil
    }

    /// Where each step in the file's order stands in natural order (figure A.6).
    private static let zigzag = [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
        12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
        58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ]
}
