import Testing

@testable import ImageCodecs

/// A JPEG whose tables change between scans: a component keeps the one that was there when its first scan began.
@Suite("QuantizationTables")
struct QuantizationTablesTests {
    /// Three components of table 0, 0 and 1, identifiers 1, 2 and 3.
    private static func frame() throws -> JPEGFrameHeader {
        let payload: [UInt8] = [8, 0, 16, 0, 16, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 1]
        return try JPEGFrameHeader(code: 0xC0, payload: payload.span, length: payload.count)
    }

    private static func table(_ index: UInt8, _ step: UInt8) -> [UInt8] {
        [index] + [UInt8](repeating: step, count: 64)
    }

    private static func scan(_ components: UInt8...) -> [UInt8] {
        [UInt8(components.count)] + components.flatMap { [$0, 0] } + [0, 63, 0]
    }

    @Test("a decoy before another component's scan, and one after the own, say nothing about the luma")
    func keeps() throws {
        let frame = try Self.frame()
        var tables = QuantizationTables()
        tables.read(Self.table(0, 255).span)
        tables.beginScan(Self.scan(2).span, of: frame)
        #expect(tables.facts(for: frame) == nil)
        tables.read(Self.table(0, 7).span)
        tables.beginScan(Self.scan(1).span, of: frame)
        tables.read(Self.table(0, 1).span)
        tables.beginScan(Self.scan(1, 2).span, of: frame)
        let facts = try #require(tables.facts(for: frame))
        #expect(facts.luma == [UInt16](repeating: 7, count: 64))
        let chroma = QuantizationFacts(
            luma: facts.luma, chroma: [UInt16](repeating: 255, count: 64), factors: [(1, 1), (1, 1), (1, 1)])
        #expect(facts.chromaID == chroma.chromaID)
    }

    @Test("headers that are empty, short or name what is not there are passed over")
    func odd() throws {
        let frame = try Self.frame()
        var tables = QuantizationTables()
        tables.read(Self.table(0, 7).span)
        for header in [[], [0], [4], [255, 9], [1, 9, 0]] as [[UInt8]] {
            tables.beginScan(header.span, of: frame)
            #expect(tables.facts(for: frame) == nil)
        }
        // Table 1, which the third component wants, never comes.
        tables.beginScan(Self.scan(1, 2, 3).span, of: frame)
        #expect(tables.facts(for: frame)?.luma.first == 7)
    }
}
