/// The four quantization tables of a JPEG as the last DQT segments left them (ITU-T T.81, B.2.4.1).
struct QuantizationTables {
    private var tables: [[UInt16]?] = [nil, nil, nil, nil]

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

    /// What the tables that `frame` names say; nil where it names one that is not there yet.
    func facts(for frame: JPEGFrameHeader) -> QuantizationFacts? {
        guard let first = frame.components.first, let luma = table(first.table) else { return nil }
        let chroma = frame.components.count > 1 ? table(frame.components[1].table) : nil
        return QuantizationFacts(
            luma: luma, chroma: chroma, factors: frame.components.map { ($0.horizontal, $0.vertical) })
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
